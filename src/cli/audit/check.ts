import { existsSync } from 'node:fs';
import { type Checkpoint, openCheckpoint } from '../../audit/log/domain/checkpoint.js';
import type { NoteVerifier } from '../../audit/log/domain/note-key.js';
import { isConsistent } from '../../audit/log/domain/verify-proof.js';
import { UsageError } from '../command.js';
import { writePrivateFile } from '../files/private-file.js';
import { type ClientExitCode, exitCodes } from '../exit-code.js';
import { readNamedFile } from '../named-file.js';
import type { CommandCall } from '../program/command-call.js';
import { verifierKeysIn } from '../verifier-keys.js';

const NOTE_BYTES_MAX = 64 * 1024;

/** Checks that the log of a gateway begins with the log that a stored checkpoint has signed. */
export async function check(call: CommandCall): Promise<ClientExitCode> {
  const keys = verifierKeysIn(call.text('keys') ?? '');
  const file = call.text('checkpoint') ?? '';
  const stored = storedIn(file, keys, call.flag('save'));
  const { gateway } = await call.connect();
  const { content: note } = await gateway.audit.checkpoint();
  const current = openCheckpoint(note, keys);
  if (current === undefined) return bad(call, 'none of the keys has signed the newest checkpoint');
  if (stored !== undefined) {
    if (stored.origin !== current.origin) return bad(call, `the log is now ${current.origin}`);
    if (stored.size > current.size) {
      return bad(call, `the log has ${current.size} entries, and had ${stored.size}`);
    }
    const sizes = { from: stored.size, to: current.size };
    const { content } = await gateway.audit.consistency(sizes);
    const hashes = content.hashes.map((hash) => Buffer.from(hash, 'base64'));
    const claim = { ...sizes, fromRoot: stored.root, toRoot: current.root, hashes };
    if (!isConsistent(claim)) return bad(call, `the first ${stored.size} entries have changed`);
  }
  if (call.flag('save')) await writePrivateFile(file, note);
  const since = stored === undefined ? '' : `, which begin with the ${stored.size} of before`;
  call.terminal.out(`good: ${current.origin}, ${current.size} entries${since}\n`);
  return exitCodes.done;
}

function bad({ terminal }: CommandCall, reason: string): ClientExitCode {
  terminal.out(`bad: ${reason}\n`);
  return exitCodes.failed;
}

/** Returns the stored checkpoint; undefined if there is none yet. Throws UsageError. */
function storedIn(
  file: string,
  keys: readonly NoteVerifier[],
  mayBeAbsent: boolean,
): Checkpoint | undefined {
  if (!existsSync(file)) {
    if (mayBeAbsent) return undefined;
    throw new UsageError(`there is no file ${file}: --save stores the first checkpoint`);
  }
  const stored = openCheckpoint(readNamedFile(file, NOTE_BYTES_MAX), keys);
  if (stored === undefined) throw new UsageError(`none of the keys has signed ${file}`);
  return stored;
}
