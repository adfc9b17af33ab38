"""Where the person is heard: by the API, and on pages of their own."""
