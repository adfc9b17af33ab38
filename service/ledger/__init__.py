"""What happened: who did, read or was told what."""
