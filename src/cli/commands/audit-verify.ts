import { parseArgs } from 'node:util';
import { checkExport } from '../../audit/log/check-export.js';
import { LogCheck } from '../../audit/log/domain/log-check.js';
import type { LogFault } from '../../audit/log/domain/log-fault.js';
import { keptCheckpointsIn } from '../../audit/log/domain/saved-checkpoints.js';
import type { NoteVerifier } from '../../audit/log/domain/note-key.js';
import { type CommandIo, type ExitCode, UsageError } from '../command.js';
import { limits } from '../../core/limits.js';
import { openExport } from '../export-source.js';
import { readNamedFile } from '../named-file.js';
import { Progress } from '../progress.js';
import { verifierKey, verifierKeysIn } from '../verifier-keys.js';

export const summary = 'checks an export of the audit log, from a file or a gateway';

export const usage = `sallyport audit verify FILE|URL (--key VKEY | --keys FILE) [OPTIONS]

Checks that an export of the audit log (/v1/audit/export?format=tlog) is what was signed: every
entry, every stored hash, every checkpoint. Needs no gateway and no database. FILE may be - for
standard input; a URL is the address of a gateway, which is asked for the export.

  --key VKEY          a verifier key of the log, as /v1/audit/keys had it; may be repeated.
                      One that the log was begun with will do: it vouches for those after it.
  --keys FILE         verifier keys, one a line
  --kept FILE         checkpoints that were kept elsewhere, such as an anchor file: the log must
                      still lead to each that a key of it has signed, and each file must have one;
                      may be repeated. One of fewer entries than are pruned cannot be compared
  --accept-rollback INDEX
                      the event of this index accepts that a part of the log was lost, and you
                      know of that: what was kept of that part need not fit; may be repeated
  --header-file FILE  header fields of the request, such as Authorization: Bearer …
  --ca FILE           certificate of the authority of the URL (PEM)
  --quiet             says nothing but the verdict

Ends with 0 where all is well; with 1 where it is not, and names the first bad index, or where
--kept was given and proves nothing; with 2 where it could not be checked.`;

const options = {
  key: { type: 'string', multiple: true, default: [] as string[] },
  keys: { type: 'string' },
  kept: { type: 'string', multiple: true, default: [] as string[] },
  'accept-rollback': { type: 'string', multiple: true, default: [] as string[] },
  'header-file': { type: 'string' },
  ca: { type: 'string' },
  quiet: { type: 'boolean', default: false },
} as const;

export async function run(args: readonly string[], io: CommandIo): Promise<ExitCode> {
  const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
  const [source, ...others] = positionals;
  if (source === undefined || others.length > 0) throw new UsageError('name one file or one URL');
  const trusted = [
    ...values.key.map(verifierKey),
    ...(values.keys === undefined ? [] : verifierKeysIn(values.keys)),
  ];
  if (trusted.length === 0) {
    throw new UsageError('name a key to check against: --key VKEY or --keys FILE');
  }
  const agreed = values['accept-rollback'].map(indexIn);
  const files = values.kept.map((file) => [file, keptIn(file)] as const);
  const check = new LogCheck({ trusted, kept: files.flatMap(([, kept]) => kept), agreed });
  const { 'header-file': headerFile, ca: certificateAuthorityFile } = values;
  const pieces = await openExport(source, { headerFile, certificateAuthorityFile });
  const progress = new Progress(io, { isQuiet: values.quiet, what: 'entries' });
  const fault = await checkExport(pieces, check, (done, total) => progress.tell(done, total));
  progress.end();
  if (fault !== undefined) {
    io.out(badVerdict(check, fault, trusted));
    return 1;
  }
  const foreign = files.find(([, kept]) => !kept.some((one) => check.isKept(one)));
  if (foreign !== undefined) throw noneIn(foreign[0]);
  const { compared, unknown } = check.summary.kept;
  const isProven = files.length === 0 || (compared > 0 && unknown === 0);
  io.out(`${isProven ? 'good' : 'unproven'}: ${goodVerdict(check, files.length > 0)}\n`);
  return isProven ? 0 : 1;
}

function indexIn(text: string): number {
  if (!/^\d{1,15}$/.test(text))
    throw new UsageError('--accept-rollback takes the index of an event');
  return Number(text);
}

/** Throws UsageError if there is none, before a log is read. */
function keptIn(file: string): ReturnType<typeof keptCheckpointsIn> {
  const kept = keptCheckpointsIn(readNamedFile(file, limits.auditKeptFileBytesMax));
  if (kept.length === 0) throw noneIn(file);
  return kept;
}

function noneIn(file: string): UsageError {
  return new UsageError(`${file} has no checkpoint that one of the keys of this log has signed`);
}

function goodVerdict({ summary }: LogCheck, hasKept: boolean): string {
  const { origin, first, size, checkpoints, agreed, unvouched, foreign, kept } = summary;
  const pruned = first === 0 ? '' : `, of which ${first} are pruned`;
  const compared = hasKept ? `; kept checkpoints compared: ${kept.compared}` : '';
  const others = notCompared(kept);
  const lost = agreed.map((index) => `; what event ${index} gives up is lost`).join('');
  const strange = strangeKeys(unvouched) + strangeAcceptances(foreign);
  const what = `${size} entries${pruned}, ${checkpoints} checkpoints`;
  return `${origin}, ${what}${compared}${others}${lost}${strange}`;
}

function notCompared({ empty, pruned, foreign, unknown }: LogCheck['summary']['kept']): string {
  const reasons = [
    ...(empty === 0 ? [] : [`of no entries, which proves nothing: ${empty}`]),
    ...(pruned === 0 ? [] : [`not compared (entries pruned): ${pruned}`]),
    ...(foreign === 0 ? [] : [`not signed with a key of this log: ${foreign}`]),
    ...(unknown === 0 ? [] : [`of more entries, signed with keys that are not known: ${unknown}`]),
  ];
  return reasons.map((reason) => `, ${reason}`).join('');
}

function badVerdict(
  { summary }: LogCheck,
  { from, to, reason }: LogFault,
  trusted: readonly NoteVerifier[],
): string {
  const { origin, unvouched, foreign } = summary;
  const strange = strangeKeys(unvouched) + strangeAcceptances(foreign);
  const place = from === to ? `${from}` : `${from}..${to}`;
  const log = origin === '' ? (trusted[0]?.name ?? '') : origin;
  return `bad: ${log}, first bad index ${place}: ${reason}${strange}\n`;
}

function strangeKeys(events: readonly number[]): string {
  return events.map((index) => `; event ${index} names a key that no other vouches for`).join('');
}

function strangeAcceptances(events: readonly number[]): string {
  return events
    .map((index) => `; event ${index} accepts a rollback, and no key of the log has signed that`)
    .join('');
}
