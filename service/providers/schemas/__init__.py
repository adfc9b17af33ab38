"""What the directory says and hears on the wire: shapes that both share, forms, views, and files that are brought."""
