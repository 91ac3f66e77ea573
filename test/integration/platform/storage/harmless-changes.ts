const ACCOUNTING =
  'counts for the quota alone, which spares what the minimums protect; the next write adds to it';
const ABSENT = 'nothing is granted: what is gone is refused, and the trail has that it was made';
const START =
  'read at a start alone, which then ends with a sentence or runs a migration that fails';
const LEASE = 'a hint that spares double work: another process feeds, or anchors, a while later';
const BESIDE = 'SQLite searches by a file of its own, which is made of the events';
const OLD_NOTE =
  'nothing is signed over an old checkpoint: `audit verify` and the anchors compare each one';
const WATCH = 'the watch begins with a list, which is compared with the last versions';
const MAC_ROW =
  'of the row with the secret of MACs: a start makes another one, under which no row is a gateway’s';
const KEYED = 'a record of another key is checked when that key is used; else it ends after a day';

const CHAIN = 'the process that writes the chain finds it at its next batch, and writes no more';
const REACHED = 'the last span proves how far a chain is in the log; the change is on record';
const SPAN = 'at worst, an outcome that is queued stands without its intent';
const SEQUENCER = 'entries wait for another process; no batch is taken at a wrong place';

/** By table and column, or kind of change. */
const REASONS: Readonly<Record<string, string>> = {
  'access_tokens.delete': ABSENT,
  'access_tokens.last_used_ms': 'shown, and decides nothing',
  'revoked_tokens.delete': ABSENT,
  'revoked_tokens.last_used_ms': 'shown, and decides nothing',
  'audit_chains.*': CHAIN,
  'audit_integrated.*': REACHED,
  'audit_spans.*': SPAN,
  'audit_sequencer.*': SEQUENCER,
  'audit_checkpoints.delete': OLD_NOTE,
  'audit_checkpoints.insert': OLD_NOTE,
  'audit_checkpoints.note': OLD_NOTE,
  'audit_checkpoints.root': OLD_NOTE,
  'audit_checkpoints.size': OLD_NOTE,
  'audit_checkpoints.signed_ms': 'paces the next checkpoint, and is part of no proof',
  'audit_head.macs_mac': 'no entry is without a MAC where the mark names none',
  'audit_names.late':
    'PostgreSQL: a search by time misses an event that came late; others find it, as exports do',
  'audit_names.insert': 'a search finds an event in vain',
  'audit_outbox.delete': 'a sink is fed from the oldest event again, more often than promised',
  'audit_outbox.lease_owner': LEASE,
  'audit_outbox.lease_until_ms': LEASE,
  'audit_entries.written_ms': BESIDE,
  'audit_head.pruned_below': 'below zero, where no entry is: nothing is missing',
  'encryption_keys.created_ms': 'another key takes over sooner or later, which is on record',
  'encryption_keys.wraps': 'the same; a key is good for 2^32 wraps',
  'encryption_keys.delete': 'a key without anything under it',
  'encryption_keys.wrapped':
    'not read of a key in the data folder; else the key does not fit its canary',
  'encryption_keys.canary': MAC_ROW,
  'encryption_keys.id': MAC_ROW,
  'encryption_keys.provider': MAC_ROW,
  'encryption_keys.state': MAC_ROW,
  'encryption_keys.insert': 'a key that no source has is never loaded',
  'history_namespaces.*': ACCOUNTING,
  'secret_histories.history_bytes': ACCOUNTING,
  'secret_versions.bytes': ACCOUNTING,
  'idempotency_records.*': KEYED,
  'idempotency_seed.*': 'gateways of the version before make a key of it; this one has its own',
  'key_slots.*': 'a slot that no version has: those in use open their version, or it is found',
  'free_key_slots.*': 'the same',
  'kysely_migration.*': START,
  'kysely_migration_lock.*': START,
  'rotation_policies.delete': 'a rotation without a known author does not run',
  'rotation_policies.replay': 'an author of another spec than the one in the cluster is none',
  'background_leases.*':
    'two processes work, or none for a time; the cluster refuses the later write',
  'custom_resources.delete': 'a spec without a known author is not carried out',
  'custom_resources.replay':
    'an author of another spec than the one in the cluster is none; no right needs the newest facts',
  'rotation_outbox.attempts': 'a delivery is tried again, or given up with an alarm',
  'rotation_outbox.next_try_ms': 'the same',
  'rotation_outbox.dead_ms': 'the same',
  'rotation_outbox.seq': 'the order in which receivers hear of it',
  'rotation_outbox.name': 'the body says whose it is; this orders deliveries',
  'rotation_outbox.namespace': 'the same',
  'rotation_outbox.namespace_uid': 'the same',
  'rotation_outbox.run_id': 'the same',
  'rotation_outbox.insert': 'a notification is sent twice, under the same id',
  'rotation_outbox.delete': 'a receiver is not told; the trail has the step of the run',
  'rotation_runs.epoch': 'whoever works on the run loses the lease, and claims it again',
  'rotation_runs.due_ms': 'when the run is looked at; retirement has its own time, under a MAC',
  'rotation_runs.holder': 'the same',
  'rotation_runs.lease_until_ms': 'the same',
  'rotation_values.insert': 'values of a run that is not there are never opened',
  'sealing_keys.delete':
    'what was sealed for it is refused, and clients get another certificate; none decides rights',
  'version_ciphertexts.insert': 'values of a version that is not there are never read',
  'version_payloads.insert': 'the same, on PostgreSQL',
  'version_aliases.insert': 'a name in a history that is not there is never looked up',
  'watch_cursors.insert': 'a watch of that name is not followed',
  'watch_cursors.delete': WATCH,
};

for (const column of [
  ...['audit_id', 'user', 'credential_id', 'namespace', 'secret', 'source_ip', 'outcome', 'code'],
  ...['plane', 'groups', 'keys', 'marks'],
]) {
  Object.assign(REASONS, { [`audit_entries.${column}`]: BESIDE });
}

/** Why a change of one row that nothing finds does no harm; undefined where it may. */
export function reasonFor(change: string): string | undefined {
  const [table = ''] = change.split('.');
  return REASONS[change] ?? REASONS[`${table}.*`];
}
