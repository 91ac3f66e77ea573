import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { signCheckpoint } from '../../../src/audit/log/domain/checkpoint.js';
import { run } from '../../../src/cli/run.js';
import { newSigner } from '../../unit/audit/log/domain/signers.js';
import { type BuiltLog, builtLog } from './built-export.js';

const signer = newSigner();
const log = builtLog(signer);

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'sallyport-verify-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

function noteOf(size: number, { notes }: BuiltLog = log): string {
  return notes.get(size) ?? '';
}

async function verify({ text }: BuiltLog, ...files: readonly string[]) {
  const exported = join(dir, 'export.tlog');
  writeFileSync(exported, text);
  const kept = files.flatMap((content, index) => {
    const file = join(dir, `kept-${index}`);
    writeFileSync(file, content);
    return ['--kept', file];
  });
  return verifyWith(exported, ...kept);
}

async function verifyWith(exported: string, ...more: readonly string[]) {
  const said = { out: '', err: '' };
  const args = ['audit', 'verify', exported, '--key', signer.verifier.vkey, ...more];
  const code = await run(args, {
    out: (text) => void (said.out += text),
    err: (text) => void (said.err += text),
    isTerminal: false,
  });
  return { code, ...said };
}

describe.each(['--kept', '--keys'])('a file for %s', (option) => {
  it('is refused beyond a bound, before it is read', async () => {
    const file = join(dir, 'sparse');
    writeFileSync(file, '');
    truncateSync(file, 3 * 1024 ** 3);
    expect(await verifyWith('export.tlog', option, file)).toMatchObject({
      code: 2,
      err: expect.stringMatching(/sparse has over \d+ bytes/) as string,
    });
  });

  it('is refused where it is a pipe, without waiting for it', async () => {
    const file = join(dir, 'pipe');
    execFileSync('mkfifo', [file]);
    expect(await verifyWith('export.tlog', option, file)).toMatchObject({
      code: 2,
      err: expect.stringContaining('pipe is no regular file') as string,
    });
  });
});

describe('kept checkpoints', () => {
  it('are compared, and the verdict tells how many', async () => {
    expect(await verify(log, noteOf(50), `${noteOf(300)}\n${noteOf(600)}`)).toMatchObject({
      code: 0,
      out: 'good: log.example, 600 entries, 12 checkpoints; kept checkpoints compared: 3\n',
    });
    expect((await verify(log)).out).toBe('good: log.example, 600 entries, 12 checkpoints\n');
  });

  it('prove nothing of a log whose entries are pruned that they are of', async () => {
    const pruned = builtLog(signer, { isPruned: true });
    expect(await verify(pruned, noteOf(50), noteOf(250))).toMatchObject({
      code: 1,
      out:
        'unproven: log.example, 600 entries, of which 256 are pruned, 7 checkpoints; ' +
        'kept checkpoints compared: 0, not compared (entries pruned): 2\n',
    });
    expect(await verify(pruned, noteOf(50), noteOf(300))).toMatchObject({
      code: 0,
      out: expect.stringContaining('compared: 1, not compared (entries pruned): 1\n') as string,
    });
  });

  it('show that another log took the place of theirs, also one that is pruned', async () => {
    const other = { line: 'other' };
    expect((await verify(builtLog(signer, other), noteOf(250))).code).toBe(1);
    const pruned = builtLog(signer, { ...other, isPruned: true });
    expect((await verify(pruned, noteOf(250))).code).toBe(1);
    expect((await verify(pruned, `${noteOf(250)}\n${noteOf(300)}`)).out).toMatch(
      /^bad: log.example, first bad index 256\.\.299: the entries are not those of the checkpoint/,
    );
  });

  it.each([
    ['nothing', ''],
    ['junk', 'x\n\n— y\n'.repeat(99)],
    ['a checkpoint of another log', noteOf(50, builtLog(newSigner('other')))],
    ['a checkpoint under another key', noteOf(50, builtLog(newSigner()))],
    ['a checkpoint that somebody has changed', noteOf(50).replace('50', '51')],
  ])('of which a file has none, but %s, end with 2', async (_what, content) => {
    expect(await verify(log, noteOf(50), content)).toMatchObject({
      code: 2,
      out: '',
      err: expect.stringMatching(/kept-1 has no checkpoint that one of the keys of this/) as string,
    });
  });

  it('count beside junk, which makes no sound log bad', async () => {
    const junk = noteOf(50).replace('50', '51') + noteOf(50, builtLog(newSigner()));
    expect(await verify(log, `${noteOf(50)}junk\n\n${junk}`)).toMatchObject({
      code: 0,
      out: expect.stringMatching(
        /; kept checkpoints compared: 1, not signed with a key of this log: 2\n$/,
      ) as string,
    });
  });

  it('of more entries under a key that is not known may be of what was cut', async () => {
    const later = signCheckpoint({ size: 700, root: Buffer.alloc(32) }, newSigner());
    expect(await verify(log, noteOf(50) + later)).toMatchObject({
      code: 1,
      out: expect.stringMatching(
        /^unproven: .* compared: 1, of more entries, signed with keys that are not known: 1\n$/,
      ) as string,
    });
  });
});
