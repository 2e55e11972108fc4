"""Django's PostgreSQL, with one difference: the SQL of an insert is put together once for each shape of rows."""
