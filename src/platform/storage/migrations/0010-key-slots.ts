import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Nonce, data key and tag: a wrapped key of any other length opens nothing. */
const KEY_BYTES = sql.lit(60);
/** A literal: for a function call, SQLite keeps former pages in case the call fails. */
const ZEROS = sql.raw(`x'${'00'.repeat(60)}'`);
const DEMAND_LENGTH = sql`SELECT RAISE(ABORT, 'a wrapped key has 60 bytes')
  WHERE length(NEW.wrapped_key) IS NOT ${KEY_BYTES}`;
/** So large that no slot fits into its page of 4096 bytes; it needs no second page. */
const FIRST_ROW = sql`zeroblob(4030)`;

/**
 * Stores wrapped keys in slots, so that no copy remains. SQLite overwrites what it deletes, but not
 * what it copies when it moves rows between pages. A slot is appended once, never deleted and never
 * resized, so SQLite has no reason to move it. Deleting its version overwrites it in place with
 * zeros. The view `version_payloads` enforces this for every writer.
 * docs/decisions/20261128-erasure.md
 */
export const keySlotsMigration: Migration = {
  async up(db) {
    await createSlots(db);
    await movePayloads(db);
    await createView(db);
    await createTriggers(db);
  },
};

/**
 * Only the first row is ever in the root page while it is a leaf. SQLite copies a full root page
 * down, and a VACUUM without secure_delete leaves the former content in it. There are no
 * constraints: with them, a DELETE of many versions would set all former pages aside.
 */
async function createSlots(db: Kysely<unknown>): Promise<void> {
  await sql`CREATE TABLE key_slots (
    slot INTEGER PRIMARY KEY, wrapped_key BLOB) STRICT`.execute(db);
  await sql`INSERT INTO key_slots (slot, wrapped_key) VALUES (0, ${FIRST_ROW})`.execute(db);
  // A stack.
  await sql`CREATE TABLE free_key_slots (id INTEGER PRIMARY KEY, slot INTEGER) STRICT`.execute(db);
}

/** Moves the ciphertexts too: their pages may contain copies of keys, which SQLite overwrites. */
async function movePayloads(db: Kysely<unknown>): Promise<void> {
  await sql`CREATE TABLE version_ciphertexts (
    id INTEGER PRIMARY KEY REFERENCES secret_versions (id) ON DELETE CASCADE,
    key_id TEXT NOT NULL, slot INTEGER NOT NULL, ciphertext BLOB NOT NULL) STRICT`.execute(db);
  await sql`INSERT INTO key_slots (slot, wrapped_key)
    SELECT id, iif(length(wrapped_key) = ${KEY_BYTES}, wrapped_key, ${ZEROS})
    FROM version_payloads ORDER BY id`.execute(db);
  await sql`INSERT INTO version_ciphertexts (id, key_id, slot, ciphertext)
    SELECT id, key_id, id, ciphertext FROM version_payloads ORDER BY id`.execute(db);
  // Emptied first: DROP TABLE would set aside all pages that it frees.
  await sql`DELETE FROM version_payloads`.execute(db);
  await sql`DROP TABLE version_payloads`.execute(db);
  await sql`CREATE INDEX version_ciphertexts_key ON version_ciphertexts (key_id)`.execute(db);
}

async function createView(db: Kysely<unknown>): Promise<void> {
  await sql`CREATE VIEW version_payloads AS
    SELECT id, key_id,
      (SELECT wrapped_key FROM key_slots WHERE key_slots.slot = version_ciphertexts.slot)
        AS wrapped_key,
      ciphertext FROM version_ciphertexts`.execute(db);
}

async function createTriggers(db: Kysely<unknown>): Promise<void> {
  await sql`CREATE TRIGGER version_payloads_insert INSTEAD OF INSERT ON version_payloads BEGIN
    ${DEMAND_LENGTH};
    INSERT INTO version_ciphertexts (id, key_id, slot, ciphertext)
      VALUES (NEW.id, NEW.key_id,
        coalesce((SELECT slot FROM free_key_slots ORDER BY id DESC LIMIT 1),
          (SELECT max(slot) + 1 FROM key_slots)),
        NEW.ciphertext);
    DELETE FROM free_key_slots WHERE id = (SELECT max(id) FROM free_key_slots);
    INSERT INTO key_slots (slot, wrapped_key)
      SELECT slot, NEW.wrapped_key FROM version_ciphertexts WHERE id = NEW.id
      ON CONFLICT (slot) DO UPDATE SET wrapped_key = excluded.wrapped_key;
    END`.execute(db);
  await sql`CREATE TRIGGER version_payloads_update INSTEAD OF UPDATE ON version_payloads BEGIN
    ${DEMAND_LENGTH};
    UPDATE version_ciphertexts SET key_id = NEW.key_id, ciphertext = NEW.ciphertext
      WHERE id = OLD.id;
    UPDATE key_slots SET wrapped_key = NEW.wrapped_key
      WHERE slot = (SELECT slot FROM version_ciphertexts WHERE id = OLD.id);
    END`.execute(db);
  await sql`CREATE TRIGGER version_payloads_delete INSTEAD OF DELETE ON version_payloads BEGIN
    DELETE FROM version_ciphertexts WHERE id = OLD.id;
    END`.execute(db);
  await sql`CREATE TRIGGER version_ciphertexts_delete AFTER DELETE ON version_ciphertexts BEGIN
    UPDATE key_slots SET wrapped_key = ${ZEROS} WHERE slot = OLD.slot;
    INSERT INTO free_key_slots (slot) VALUES (OLD.slot);
    END`.execute(db);
}
