import { describe, expect, it } from 'vitest';
import type { MetadataBody } from '../../../../src/secrets/domain/read-body.js';
import {
  presentSecret,
  presentSummary,
  presentUnread,
  presentWrite,
} from '../../../../src/secrets/graphql/secret.graphql-presenter.js';
import type { SelectedRead } from '../../../../src/secrets/read/selected-read.js';
import type { WriteResult } from '../../../../src/secrets/write/write-call.js';

const secret = { namespace: 'pay', name: 'db', uid: 'u', resourceVersion: '7' } as MetadataBody;
const read = (version?: number): SelectedRead => ({
  secret: { namespace: 'pay', name: 'db' },
  ...(version !== undefined && { version }),
  metadata: undefined,
  data: undefined,
  grant: { as: 'caller', hasMetadata: false, keys: [], asked: [], denial: undefined },
});
const written = (dryRun: boolean) =>
  presentWrite({
    secret,
    created: false,
    dryRun,
    changes: null,
    warnings: [],
  } as unknown as WriteResult).secret;

describe('the result of a write', () => {
  it('names no generated keys if a former version has stored it', () => {
    const stored = { secret: null, created: true, dryRun: false, changes: null, warnings: [] };
    expect(presentWrite(stored as unknown as WriteResult).generatedKeys).toEqual([]);
  });
});

describe('the id of a Secret', () => {
  it('is another one than that of its summary, as they are of two types', () => {
    expect(presentSecret(read(), {}).id).not.toBe(presentSummary(secret).id);
  });

  it('is another one for each of its versions, which stay what they are', () => {
    const ids = [undefined, 1, 2].map((version) => presentSecret(read(version), {}).id);
    expect(new Set(ids).size).toBe(3);
  });

  it('is the same, whether its parts were read or only members of its documents', () => {
    const ref = { namespace: 'pay', name: 'db' };
    expect(presentUnread(ref, {}).id).toBe(presentSecret(read(), {}).id);
    expect(presentUnread(ref, { version: '2' }).id).toBe(presentSecret(read(2), {}).id);
  });

  it('after a write is that of lists, so that stores of clients renew what they keep', () => {
    expect(written(false)?.id).toBe(presentSummary(secret).id);
  });

  it('in a dry run is not that of lists, as nothing has changed', () => {
    expect(written(true)?.id).not.toBe(presentSummary(secret).id);
  });
});
