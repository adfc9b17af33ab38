"""Twenty-five people, seventeen offerings: what the service is for, as data that is played over HTTP."""
