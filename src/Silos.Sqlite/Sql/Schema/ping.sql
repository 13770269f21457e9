-- Asks for an answer that needs the file.
select count(*) from schema_version
