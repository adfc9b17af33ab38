"""What we have promised to tell others: kept in the transaction of what happened; couriers come later."""
