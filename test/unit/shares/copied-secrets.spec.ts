import { beforeEach, describe, expect, it } from 'vitest';
import { shareLimits } from '../../../src/core/share-limits.js';
import type { StringMap } from '../../../src/secrets/domain/secret.js';
import type { FoundSecret } from '../../../src/secrets/read/secret-source.js';
import { CopiedSecrets } from '../../../src/shares/copied-secrets.js';
import { CopyProvenance } from '../../../src/shares/copies/copy-provenance.js';
import { provenanceAnnotation } from '../../../src/shares/copies/domain/provenance.js';
import { ManualClock } from '../auth/manual-clock.js';
import { storedSecret } from '../secrets/domain/secret.builder.js';
import { Rows } from './object-rows.builder.js';

let clock: ManualClock;
let rows: Rows;
let copied: CopiedSecrets;

beforeEach(() => {
  clock = new ManualClock();
  rows = new Rows();
  copied = new CopiedSecrets(rows, clock);
});

function found(annotations: StringMap = {}, uid = 's', resourceVersion = '1'): FoundSecret {
  const secret = storedSecret({ annotations, uid, resourceVersion });
  const { namespace, name, type, data } = secret;
  const state = { namespace, name, uid, type, resourceVersion, keys: [...data.keys()] };
  return { ...state, show: (representation) => representation.render(secret, undefined) };
}

function note(keys: readonly string[], reshare = false, importUid = 'i'): Promise<void> {
  return new CopyProvenance(rows).note('s', importUid, { keys: [...keys], reshare });
}

function annotated(keys: readonly string[]): StringMap {
  return provenanceAnnotation('i', { import: 'x', shareUID: 'y', keys, delivery: 'd' });
}

describe('keys of a Secret', () => {
  it('may be shared if none is a copy', async () => {
    await note(['other']);
    expect(await copied.mayShare(found(annotated(['other'])), ['password'])).toBe(true);
  });

  it('may not be shared if one is a copy, whatever the annotations state', async () => {
    await note(['password']);
    for (const annotations of [{}, annotated(['other']), annotated(['password'])]) {
      expect(await copied.mayShare(found(annotations), ['user', 'password'])).toBe(false);
    }
  });

  it('may not be shared by an annotation alone, as a copy by hand has it', async () => {
    const annotations = annotated(['password']);
    expect(await copied.mayShare(found(annotations, 'by-hand'), ['password'])).toBe(false);
    const broken = { 'import.sallyport.dev/i': 'no JSON' };
    expect(await copied.mayShare(found(broken, 'by-hand'), ['password'])).toBe(false);
  });

  it('may be shared if the shares of all their copies allow it', async () => {
    await note(['password'], true);
    expect(await copied.mayShare(found(annotated(['password'])), ['password'])).toBe(true);
    await note(['password'], false, 'second');
    clock.advance(shareLimits.authorCheckedMs);
    expect(await copied.mayShare(found(annotated(['password'])), ['password'])).toBe(false);
  });
});

describe('what the database knows', () => {
  it('is relied on for a while, and no longer', async () => {
    expect(await copied.mayShare(found(), ['password'])).toBe(true);
    await note(['password']);
    rows.isDown = true;
    clock.advance(shareLimits.authorCheckedMs - 1);
    expect(await copied.mayShare(found(), ['password'])).toBe(true);
    clock.advance(1);
    const code = 'Unavailable';
    await expect(copied.mayShare(found(), ['password'])).rejects.toMatchObject({ code });
    rows.isDown = false;
    expect(await copied.mayShare(found(), ['password'])).toBe(false);
  });

  it('is of a state: a copy whose annotation was deleted is a copy', async () => {
    expect(await copied.mayShare(found(), ['password'])).toBe(true);
    await note(['password']);
    expect(await copied.mayShare(found({}, 's', '2'), ['password'])).toBe(false);
  });

  it('is of a Secret, and not of another one with its name', async () => {
    await note(['password']);
    expect(await copied.mayShare(found(), ['password'])).toBe(false);
    expect(await copied.mayShare(found({}, 'recreated'), ['password'])).toBe(true);
  });
});
