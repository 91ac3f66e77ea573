import { describe, expect, it } from 'vitest';
import {
  branchIn,
  checkpointText,
  openCheckpoint,
  parseCheckpointText,
  signCheckpoint,
} from '../../../../../src/audit/log/domain/checkpoint.js';
import { generateSignerKey, parseSignerKey } from '../../../../../src/audit/log/domain/note-key.js';
import { signNote } from '../../../../../src/audit/log/domain/signed-note.js';

const root = Buffer.from('CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=', 'base64');
const text =
  'example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n';
const checkpoint = { origin: 'example.com/behind-the-sofa', size: 20_852_163, root };

function signerOf(name: string) {
  const signer = parseSignerKey(generateSignerKey(name));
  if (signer === undefined) throw new Error('no key was made');
  return signer;
}

describe('a checkpoint', () => {
  it('is written as in the specification', () => {
    expect(checkpointText(checkpoint)).toBe(text);
    expect(parseCheckpointText(text)).toEqual(checkpoint);
    expect(parseCheckpointText(`${text}more\n`)).toEqual(checkpoint);
  });

  it('names its branch in a line of its own, after an accepted rollback', () => {
    const branch = '0123456789abcdef'.repeat(4);
    const named = { ...checkpoint, branch };
    expect(checkpointText(named)).toBe(`${text}sallyport.dev/branch ${branch}\n`);
    expect(parseCheckpointText(checkpointText(named))).toEqual(named);
    const note = signCheckpoint({ size: 3, root, branch }, signerOf('log.example'));
    expect(branchIn(note)).toBe(branch);
    expect(branchIn(note.replace('branch 0', 'branch x'))).toBeUndefined();
    expect(branchIn('')).toBeUndefined();
  });

  it.each([
    ['leading zeros', text.replace('20852163', '020852163')],
    ['a sign', text.replace('20852163', '-1')],
    ['a size beyond numbers', text.replace('20852163', '9007199254740993')],
    ['a short root', text.replace('CsUYapGG', '')],
    ['no origin', text.replace('example.com/behind-the-sofa', '')],
    ['an empty extension', `${text}\n`],
    ['no last line feed', text.trimEnd()],
    ['two lines', 'a\n1\n'],
  ])('is none with %s', (_what, other) => {
    expect(parseCheckpointText(other)).toBeUndefined();
  });

  it('counts when the key of its origin has signed it', () => {
    const log = signerOf('log.example');
    const other = signerOf('other.example');
    const note = signCheckpoint({ size: 3, root }, log);
    expect(openCheckpoint(note, [log.verifier])).toMatchObject({ origin: 'log.example', size: 3 });
    expect(openCheckpoint(note, [other.verifier])).toBeUndefined();
    const foreign = signNote(checkpointText({ origin: 'log.example', size: 3, root }), [other]);
    expect(openCheckpoint(foreign, [log.verifier, other.verifier])).toBeUndefined();
    expect(openCheckpoint(signNote('log.example\n', [log]), [log.verifier])).toBeUndefined();
  });
});
