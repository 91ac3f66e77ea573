import { describe, expect, it } from 'vitest';
import { versionInfo } from '../../../../src/versions/domain/version-info.js';

const keys = [
  { name: 'a', sizeBytes: 1, version: 2, mac: 'x' },
  { name: 'b', sizeBytes: 1, version: 4, mac: 'y' },
];

describe('what is said of a version', () => {
  it('names its author and since when each key is as it is, and is final', () => {
    const attribution = { door: 'rest', username: 'bob', kind: 'oidc', credentialId: 'c' } as const;
    expect(versionInfo({ version: 4, attribution, keys })).toEqual({
      version: 4,
      updatedBy: { username: 'bob', kind: 'oidc', credentialId: 'c' },
      keyVersions: [
        { name: 'a', version: 2 },
        { name: 'b', version: 4 },
      ],
      isFinal: true,
    });
  });

  it('may change where nobody is known to have made it', () => {
    const attribution = { door: 'external', fieldManager: 'kubectl' } as const;
    const info = versionInfo({ version: 4, attribution, keys });
    expect(info).toMatchObject({ updatedBy: null, isFinal: false });
  });
});
