"""Places that an organization knows by name: the library, the steps, where the van stops on Tuesdays."""
