-- Who may do what in Sallyport's database. Run it as a superuser, connected to that database:
--
--   1. once before the first start: it makes the roles;
--   2. after the schema was made, and after each upgrade that changed it: it grants the rights.
--
-- It may be run as often as you like. Passwords are yours to set (ALTER ROLE … PASSWORD …).
--
--   sallyport_owner    owns the tables and changes them; used for a moment, at an upgrade
--   sallyport_runtime  what the gateways run as: they add to the audit log and cannot change it
--   sallyport_pruner   the same, and it may take away the oldest part of the log

DO $$
DECLARE role text;
BEGIN
  FOREACH role IN ARRAY ARRAY['sallyport_owner', 'sallyport_runtime', 'sallyport_pruner'] LOOP
    IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = role) THEN
      EXECUTE format('CREATE ROLE %I LOGIN', role);
    END IF;
  END LOOP;
END $$;

-- PostgreSQL 14 lets everybody make tables.
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
GRANT USAGE, CREATE ON SCHEMA public TO sallyport_owner;
GRANT USAGE ON SCHEMA public TO sallyport_runtime, sallyport_pruner;

DO $$
BEGIN
  IF to_regclass('public.audit_entries') IS NULL THEN
    RAISE NOTICE 'there are no tables yet: start Sallyport once as sallyport_owner, then run this again';
    RETURN;
  END IF;

  GRANT SELECT ON ALL TABLES IN SCHEMA public TO sallyport_runtime, sallyport_pruner;

  -- The audit log grows, and nothing in it is ever changed.
  GRANT INSERT ON audit_entries, audit_names, audit_tiles, audit_checkpoints, audit_dead_letters
    TO sallyport_runtime, sallyport_pruner;
  -- Of the head, only how long the log is; `id` is what locks the row.
  GRANT UPDATE (id, size) ON audit_head TO sallyport_runtime, sallyport_pruner;
  GRANT INSERT, UPDATE ON audit_outbox TO sallyport_runtime;
  -- Old checkpoints are thinned: a trigger refuses to delete the newest of an hour, and new ones.
  GRANT DELETE ON audit_checkpoints TO sallyport_runtime;

  -- What is no record: it comes, changes and goes.
  GRANT INSERT, UPDATE, DELETE ON access_tokens, revoked_tokens, idempotency_records TO sallyport_runtime;

  -- Histories of Secrets, whose retention takes versions away; keys are retired, never removed.
  GRANT INSERT, UPDATE, DELETE ON history_namespaces, secret_histories, secret_versions,
    version_payloads, version_aliases, watch_cursors TO sallyport_runtime;
  GRANT INSERT, UPDATE ON encryption_keys TO sallyport_runtime;

  -- Runs of rotations, what they have sealed, and what others are told of them.
  GRANT INSERT, UPDATE, DELETE ON rotation_runs, rotation_values, rotation_policies,
    rotation_outbox TO sallyport_runtime;

  -- Pruning writes down that it prunes, moves the mark, and deletes what lies below it.
  GRANT UPDATE (pruned_below) ON audit_head TO sallyport_pruner;
  GRANT DELETE ON audit_entries, audit_names, audit_dead_letters TO sallyport_pruner;
END $$;
