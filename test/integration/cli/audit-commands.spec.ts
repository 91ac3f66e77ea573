import {
  chmodSync,
  cpSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { Readable } from 'node:stream';
import { stringify } from 'yaml';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { acceptanceFacts } from '../../../src/audit/anchors/accept-rollback.js';
import { anchoredNote } from '../../../src/audit/anchors/domain/anchored-tree.js';
import { logKeyFile } from '../../../src/audit/log/audit-log.js';
import { tlogExport } from '../../../src/audit/log/tlog-export.js';
import { run } from '../../../src/cli/run.js';
import { entry, openAudit, temporaryDir } from '../audit/audit-fixture.js';
import { append, treeOver } from '../audit/log-fixture.js';

interface Told {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

async function sallyport(...args: string[]): Promise<Told> {
  const told = { out: '', err: '' };
  const code = await run(args, {
    out: (text) => void (told.out += text),
    err: (text) => void (told.err += text),
    isTerminal: false,
  });
  return { code, ...told };
}

describe('the sallyport program', () => {
  it('tells what it can do', async () => {
    const { code, out } = await sallyport('--help');
    expect(code).toBe(0);
    for (const name of ['serve', 'audit verify', 'audit rotate-key']) expect(out).toContain(name);
    expect(await sallyport()).toMatchObject({ code: 0, out });
    expect(await sallyport('audit', 'verify', '--help')).toMatchObject({
      code: 0,
      out: expect.stringContaining('first bad index') as string,
    });
    expect((await sallyport('--version')).out).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  it.each([
    [['nonsense'], /no command nonsense/],
    [['audit'], /no command audit/],
    [['audit', 'verify'], /name one file/],
    [['audit', 'verify', 'a', 'b'], /name one file/],
    [['audit', 'verify', 'a'], /name a key/],
    [['audit', 'verify', 'a', '--key', 'x'], /name\+id\+base64/],
    [['audit', 'verify', 'a', '--nonsense'], /--nonsense/],
    [['audit', 'rotate-key', '--lost'], /go together/],
    [['serve', '--nonsense'], /--nonsense/],
  ])('ends with 2 and a sentence after %j', async (args, sentence) => {
    const { code, out, err } = await sallyport(...args);
    expect([code, out]).toEqual([2, '']);
    expect(err).toMatch(sentence);
  });
});

describe('the key of a log', () => {
  let folder: ReturnType<typeof temporaryDir>;
  let dataDir: string;
  let config: string;
  let exported: string;

  beforeEach(() => {
    folder = temporaryDir();
    dataDir = join(folder.path, 'data');
    config = join(folder.path, 'sallyport.yaml');
    exported = join(folder.path, 'export.tlog');
    mkdirSync(dataDir);
    writeFileSync(config, stringify({ dataDir, audit: { origin: 'log.example' } }));
  });
  afterEach(() => folder.remove());

  const keyFile = () => logKeyFile({ dataDir, audit: { origin: 'log.example' } });
  const vkeys = () =>
    keyFile()
      .keys()
      .verifiers.map(({ vkey }) => vkey);

  /** What a gateway does meanwhile: so many events, signed; the whole log is exported. */
  async function serve(count: number): Promise<void> {
    const audit = await openAudit(dataDir);
    const { store, tiles, integrator } = treeOver(audit.database, keyFile());
    await append(audit, count);
    const checkpoint = await integrator.publish();
    const { verifiers } = keyFile().keys();
    const pieces = tlogExport({ store, tiles, verifiers, checkpoint });
    writeFileSync(exported, await buffer(Readable.from(pieces)));
    await audit.close();
  }

  it('is made once, and only its owner may read it', async () => {
    const { code, out } = await sallyport('audit', 'rotate-key', '--config', config);
    expect([code, out]).toEqual([0, `${vkeys()[0]}\n`]);
    expect(statSync(keyFile().path).mode & 0o777).toBe(0o600);
  });

  it('is not used where every user of the machine may read or replace it', async () => {
    await sallyport('audit', 'rotate-key', '--config', config);
    for (const mode of [0o604, 0o666]) {
      chmodSync(keyFile().path, mode);
      expect(() => keyFile().keys()).toThrow(/is open to every user of the machine: chmod 600/);
    }
    const { code, err } = await sallyport('audit', 'rotate-key', '--config', config);
    expect([code, err]).toEqual([2, expect.stringMatching(/log\.key is open to every user/)]);
    chmodSync(keyFile().path, 0o640);
    expect(vkeys()).toHaveLength(1);
  });

  it('is followed by one that it vouches for, on record', async () => {
    await sallyport('audit', 'rotate-key', '--config', config);
    const [first = ''] = vkeys();
    await serve(20);
    expect((await sallyport('audit', 'rotate-key', '--config', config)).code).toBe(0);
    expect((await sallyport('audit', 'rotate-key', '--config', config)).code).toBe(0);
    expect(vkeys()).toHaveLength(3);
    expect(vkeys()[0]).toBe(first);
    await serve(5);
    const text = readFileSync(exported, 'utf8');
    expect(text.match(/"sallyport.dev\/action":"keys.rotate"/g)).toHaveLength(2);
    expect(text).toMatch(/"username":"operator:[^"]+"/);
    for (const key of vkeys()) {
      const { code, out } = await sallyport('audit', 'verify', exported, '--key', key);
      expect([code, out]).toEqual([0, 'good: log.example, 27 entries, 4 checkpoints\n']);
    }
    expect(readFileSync(keyFile().path, 'utf8').match(/PRIVATE/g)).toHaveLength(1);
  });

  it('is replaced where it was lost, by who knows what it was', async () => {
    await sallyport('audit', 'rotate-key', '--config', config);
    const known = join(folder.path, 'keys');
    writeFileSync(known, `${vkeys()[0]}\n`);
    await serve(7);
    rmSync(keyFile().path);
    const refused = await sallyport('audit', 'rotate-key', '--config', config);
    expect(refused).toMatchObject({
      code: 2,
      err: expect.stringMatching(/bring it back/) as string,
    });
    const lost = ['audit', 'rotate-key', '--config', config, '--lost', '--keys', known];
    expect((await sallyport(...lost)).code).toBe(0);
    await serve(3);
    expect(vkeys()).toHaveLength(2);
    const newest = vkeys()[1] ?? '';
    const good = await sallyport('audit', 'verify', exported, '--key', newest);
    expect([good.code, good.out]).toEqual([
      0,
      expect.stringMatching(/; event 7 names a key that no other vouches for\n$/),
    ]);
    // The lost key has vouched for nothing.
    const old = await sallyport('audit', 'verify', exported, '--keys', known);
    expect(old).toMatchObject({
      code: 1,
      out: expect.stringMatching(/none of the keys/) as string,
    });
  });

  it('vouches for a log whose rollback was accepted, for who knows of that alone', async () => {
    await sallyport('audit', 'rotate-key', '--config', config);
    const [key = ''] = vkeys();
    await serve(100);
    const backup = join(folder.path, 'backup');
    cpSync(dataDir, backup, { recursive: true });
    await serve(200);
    const notes = [...readFileSync(exported, 'utf8').matchAll(/^checkpoint (.*)$/gm)];
    const kept = join(folder.path, 'kept');
    const note = JSON.parse(notes[0]?.[1] ?? '""') as string;
    writeFileSync(kept, `${note}\n`);
    const { signer, verifiers } = keyFile().keys();
    const lost = anchoredNote(note, verifiers);
    if (lost === undefined) throw new Error('no checkpoint was kept');
    rmSync(dataDir, { recursive: true });
    cpSync(backup, dataDir, { recursive: true });
    const audit = await openAudit(dataDir);
    const current = await treeOver(audit.database, keyFile()).store.lastCheckpoint();
    if (current === undefined) throw new Error('the backup was not signed');
    await append(audit, 0);
    const facts = acceptanceFacts(lost, `file:${kept}`, { signer, current });
    await audit.writer.append(entry({ facts }));
    const unsigned = { ...facts.log, acceptanceNote: 'as an earlier version would' };
    await audit.writer.append(entry({ facts: { ...facts, log: unsigned } }));
    await audit.close();
    await serve(300);
    const verify = (...more: string[]) =>
      sallyport('audit', 'verify', exported, '--key', key, '--kept', kept, ...more);
    const refused = await verify();
    expect(refused.code).toBe(1);
    expect(refused.out).toMatch(
      /first bad index 100\.\.299: .* \(--accept-rollback 100\); event 101/,
    );
    expect((await verify('--accept-rollback', '99')).code).toBe(1);
    expect((await verify('--accept-rollback', '101')).code).toBe(1);
    expect((await verify('--accept-rollback', 'x')).code).toBe(2);
    const agreed = await verify('--accept-rollback', '100');
    expect(agreed.code).toBe(0);
    expect(agreed.out).toMatch(/^good: .*; what event 100 gives up is lost; event 101 /);
    expect(agreed.out).toMatch(/event 101 accepts a rollback, and no key of the log has signed/);
  });

  it('finds what was changed, and where the log was cut', async () => {
    await sallyport('audit', 'rotate-key', '--config', config);
    const [key = ''] = vkeys();
    await serve(300);
    const good = readFileSync(exported, 'utf8');
    const kept = join(folder.path, 'kept');
    const note = JSON.parse(/^checkpoint (.*)$/m.exec(good)?.[1] ?? '""') as string;
    writeFileSync(kept, `${note}\n`);
    const verify = (...more: string[]) =>
      sallyport('audit', 'verify', exported, '--key', key, '--kept', kept, ...more);
    expect((await verify()).code).toBe(0);
    writeFileSync(exported, good.replace('agent 123"', 'agent 321"'));
    expect(await verify()).toMatchObject({
      code: 1,
      out: 'bad: log.example, first bad index 123: the entry does not fit its stored hash\n',
    });
    writeFileSync(exported, good.slice(0, good.length / 2));
    expect((await verify()).out).toMatch(
      /^bad: .* first bad index \d+: the export ends too early\n$/,
    );
    rmSync(dataDir, { recursive: true });
    mkdirSync(join(dataDir, 'audit'), { recursive: true });
    await sallyport('audit', 'rotate-key', '--config', config);
    await serve(10);
    const [other = ''] = vkeys();
    const another = await sallyport('audit', 'verify', exported, '--key', other, '--kept', kept);
    expect(another).toMatchObject({
      code: 2,
      err: expect.stringContaining('kept has no checkpoint that one of the keys') as string,
    });
  });
});
