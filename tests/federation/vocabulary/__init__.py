"""Wire values: whatever JSON arrives, there is a value or a named error."""
