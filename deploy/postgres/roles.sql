-- Who may do what in Sallyport's database. Run it as a superuser, connected to that database:
--
--   1. once before the first start: it makes the roles;
--   2. after the schema was made, and after each upgrade that changed it: it grants the rights.
--
-- It may be run as often as you like: what these roles have beyond it is taken away. Passwords are
-- yours to set (ALTER ROLE … PASSWORD …).
--
--   sallyport_owner    owns the tables and changes them; used for a moment, at an upgrade
--   sallyport_runtime  what the gateways run as: they add to the audit log and cannot change it
--   sallyport_pruner   adds to the audit log, and may take away its oldest part

DO $$
DECLARE
  role text;
  database text := pg_catalog.current_database();
BEGIN
  FOREACH role IN ARRAY ARRAY['sallyport_owner', 'sallyport_runtime', 'sallyport_pruner'] LOOP
    IF NOT EXISTS (SELECT 1 FROM pg_catalog.pg_roles WHERE rolname = role) THEN
      EXECUTE format('CREATE ROLE %I LOGIN', role);
    END IF;
    EXECUTE format('ALTER ROLE %I NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS',
      role);
    -- Not "$user" before it: a schema of that name would stand in front of the tables.
    EXECUTE format('ALTER ROLE %I IN DATABASE %I SET search_path = public', role, database);
    -- A temporary table would stand in front of a table of the same name.
    EXECUTE format('REVOKE CREATE, TEMPORARY ON DATABASE %I FROM PUBLIC, %I', database, role);
  END LOOP;
END $$;

-- PostgreSQL 14 lets everybody make tables.
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
REVOKE CREATE ON SCHEMA public FROM sallyport_runtime, sallyport_pruner;
GRANT USAGE, CREATE ON SCHEMA public TO sallyport_owner;
GRANT USAGE ON SCHEMA public TO sallyport_runtime, sallyport_pruner;

-- In one statement: gateways that run meanwhile never see less than they may do.
DO $$
BEGIN
  IF to_regclass('public.audit_entries') IS NULL THEN
    RAISE NOTICE 'there are no tables yet: start Sallyport once as sallyport_owner, then run this again';
    RETURN;
  END IF;

  REVOKE ALL ON ALL TABLES IN SCHEMA public FROM sallyport_runtime, sallyport_pruner;
  REVOKE ALL ON ALL SEQUENCES IN SCHEMA public FROM sallyport_runtime, sallyport_pruner;
  REVOKE ALL ON ALL FUNCTIONS IN SCHEMA public FROM sallyport_runtime, sallyport_pruner;

  GRANT SELECT ON ALL TABLES IN SCHEMA public TO sallyport_runtime;
  -- Of a sequence pg_dump writes down where it is.
  GRANT SELECT ON ALL SEQUENCES IN SCHEMA public TO sallyport_runtime;
  -- Not tokens, histories and runs: nothing that is pruned stands there. Keys are wrapped; with one
  -- of them pruning proves that its own event is a gateway's.
  GRANT SELECT ON public.audit_entries, public.audit_names, public.audit_tiles,
    public.audit_checkpoints, public.audit_head, public.audit_outbox, public.audit_dead_letters,
    public.audit_chains, public.audit_queue, public.audit_integrated, public.audit_spans,
    public.audit_sequencer, public.encryption_keys, public.kysely_migration,
    public.kysely_migration_lock
    TO sallyport_pruner;

  -- The audit log grows, and nothing in it is ever changed.
  GRANT INSERT ON public.audit_entries, public.audit_names, public.audit_tiles,
    public.audit_checkpoints, public.audit_dead_letters TO sallyport_runtime, sallyport_pruner;
  -- Events are queued, and each process may become the one that moves them into the log: a trigger
  -- refuses to delete those that it has not moved. MACs prove the ends of chains.
  GRANT INSERT, DELETE ON public.audit_queue TO sallyport_runtime, sallyport_pruner;
  GRANT INSERT, UPDATE, DELETE ON public.audit_chains, public.audit_integrated,
    public.audit_spans TO sallyport_runtime, sallyport_pruner;
  GRANT UPDATE ON public.audit_sequencer TO sallyport_runtime, sallyport_pruner;
  -- Of the head, only how long the log is; `id` is what locks the row.
  GRANT UPDATE (id, size) ON public.audit_head TO sallyport_runtime, sallyport_pruner;
  -- `sallyport keys adopt`, after an upgrade; a MAC proves it.
  GRANT UPDATE (macs_from, macs_mac) ON public.audit_head TO sallyport_runtime;
  GRANT INSERT, UPDATE ON public.audit_outbox TO sallyport_runtime;
  -- Old checkpoints are thinned: a trigger refuses to delete the newest of an hour, and new ones.
  GRANT DELETE ON public.audit_checkpoints TO sallyport_runtime;

  -- What is no record: it comes, changes and goes.
  GRANT INSERT, UPDATE, DELETE ON public.access_tokens, public.revoked_tokens,
    public.idempotency_records TO sallyport_runtime;

  -- Histories of Secrets, whose retention takes versions away; keys are retired, never removed.
  GRANT INSERT, UPDATE, DELETE ON public.history_namespaces, public.secret_histories,
    public.secret_versions, public.version_payloads, public.version_aliases, public.watch_cursors
    TO sallyport_runtime;
  GRANT INSERT, UPDATE ON public.encryption_keys TO sallyport_runtime;

  -- Runs of rotations, what they have sealed, and what others are told of them.
  GRANT INSERT, UPDATE, DELETE ON public.rotation_runs, public.rotation_values,
    public.rotation_policies, public.rotation_outbox TO sallyport_runtime;

  -- Authors and facts of the other custom resources, and leases of background work.
  GRANT INSERT, UPDATE, DELETE ON public.custom_resources, public.background_leases
    TO sallyport_runtime;

  -- Key pairs for sealed values: one that is lost opens nothing any more.
  GRANT INSERT, UPDATE ON public.sealing_keys TO sallyport_runtime;

  -- Pruning writes down that it prunes, moves the mark, and deletes what lies below it.
  GRANT UPDATE (pruned_below) ON public.audit_head TO sallyport_pruner;
  GRANT DELETE ON public.audit_entries, public.audit_names, public.audit_dead_letters
    TO sallyport_pruner;
END $$;
