-- Case events by month: what is there becomes the first partition without being copied, months follow by themselves.
-- As the owner of the tables, after a backup: psql -v ON_ERROR_STOP=1 -f events-by-month.sql "$DATABASE_URL"
-- docs/scaling.md says when this is worth while and what it costs. PostgreSQL 15 to 18.

-- While everything runs: what will be the key, and the proof that all there is lies before next month.
SET statement_timeout = 0;
SET timezone = 'UTC';
SET lock_timeout = '3s';
CREATE UNIQUE INDEX CONCURRENTLY cases_caseevent_key ON cases_caseevent (id, at);
SELECT format('ALTER TABLE cases_caseevent ADD CONSTRAINT before_months CHECK (at < %L) NOT VALID',
              date_trunc('month', now() AT TIME ZONE 'UTC') + interval '1 month') \gexec
ALTER TABLE cases_caseevent VALIDATE CONSTRAINT before_months;

-- Everybody waits for this: a change of names, no row is read.
BEGIN;
LOCK TABLE cases_caseevent IN ACCESS EXCLUSIVE MODE;
ALTER TABLE cases_caseevent RENAME TO cases_caseevent_before;
ALTER TABLE cases_caseevent_before DROP CONSTRAINT cases_caseevent_pkey;
ALTER TABLE cases_caseevent_before ADD CONSTRAINT cases_caseevent_before_pkey PRIMARY KEY USING INDEX cases_caseevent_key;
SELECT format('CREATE SEQUENCE cases_caseevent_number START %s', nextval(pg_get_serial_sequence('cases_caseevent_before', 'id'))) \gexec
ALTER TABLE cases_caseevent_before ALTER COLUMN id DROP IDENTITY;
CREATE TABLE cases_caseevent (LIKE cases_caseevent_before INCLUDING DEFAULTS INCLUDING CONSTRAINTS) PARTITION BY RANGE (at);
ALTER TABLE cases_caseevent DROP CONSTRAINT before_months;
ALTER TABLE cases_caseevent ADD CONSTRAINT cases_caseevent_pkey PRIMARY KEY (id, at);
ALTER TABLE cases_caseevent ALTER COLUMN id SET DEFAULT nextval('cases_caseevent_number');
ALTER SEQUENCE cases_caseevent_number OWNED BY cases_caseevent.id;

-- Foreign keys, rights and triggers of the old table for the new one. The triggers move, so that months inherit them.
DO $$
DECLARE one record;
BEGIN
    FOR one IN SELECT pg_get_constraintdef(oid) AS said FROM pg_constraint
                WHERE conrelid = 'cases_caseevent_before'::regclass AND contype = 'f' LOOP
        EXECUTE format('ALTER TABLE cases_caseevent ADD %s', one.said);
    END LOOP;
    FOR one IN SELECT grantee, string_agg(privilege_type, ', ') AS said FROM information_schema.role_table_grants
                WHERE table_name = 'cases_caseevent_before' AND grantee <> current_user GROUP BY grantee LOOP
        EXECUTE format('GRANT %s ON cases_caseevent TO %I', one.said, one.grantee);
        EXECUTE format('GRANT USAGE ON SEQUENCE cases_caseevent_number TO %I', one.grantee);
    END LOOP;
    FOR one IN SELECT tgname, pg_get_triggerdef(oid) AS said FROM pg_trigger
                WHERE tgrelid = 'cases_caseevent_before'::regclass AND NOT tgisinternal LOOP
        EXECUTE format('DROP TRIGGER %I ON cases_caseevent_before', one.tgname);
        EXECUTE replace(one.said, 'cases_caseevent_before', 'cases_caseevent');
    END LOOP;
    FOR one IN SELECT pg_get_indexdef(indexrelid) AS said, relname FROM pg_index JOIN pg_class ON oid = indexrelid
                WHERE indrelid = 'cases_caseevent_before'::regclass AND NOT indisprimary LOOP
        EXECUTE format('ALTER INDEX %I RENAME TO %I', one.relname, left(one.relname, 54) || '_before');
        EXECUTE replace(one.said, ' ON public.cases_caseevent_before ', ' ON public.cases_caseevent ');
    END LOOP;
    EXECUTE format('ALTER TABLE cases_caseevent ATTACH PARTITION cases_caseevent_before FOR VALUES FROM (MINVALUE) TO (%L)',
                   date_trunc('month', now() AT TIME ZONE 'UTC') + interval '1 month');
END $$;

-- What no month was made for; staying empty is what a monitor should hold it to.
CREATE TABLE cases_caseevent_unplaced PARTITION OF cases_caseevent DEFAULT;

CREATE FUNCTION cases_caseevent_months(ahead integer) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
    made integer := 0;
    first timestamp := date_trunc('month', now() AT TIME ZONE 'UTC');
BEGIN
    FOR number IN 1..ahead LOOP
        IF to_regclass(format('cases_caseevent_%s', to_char(first + number * interval '1 month', 'YYYY_MM'))) IS NULL THEN
            EXECUTE format('CREATE TABLE cases_caseevent_%s PARTITION OF cases_caseevent FOR VALUES FROM (%L) TO (%L)',
                           to_char(first + number * interval '1 month', 'YYYY_MM'),
                           first + number * interval '1 month', first + (number + 1) * interval '1 month');
            made := made + 1;
        END IF;
    END LOOP;
    RETURN made;
END $$;

-- Once now, and each night by cron: SELECT cases_caseevent_months(12);
SELECT cases_caseevent_months(12);
ALTER TABLE cases_caseevent_before DROP CONSTRAINT before_months;
COMMIT;
ANALYZE cases_caseevent;
