import type { Representation } from '../../secrets/domain/representation.js';

/** Version of a Secret; null if its history does not know it. */
export const sourceVersion: Representation<number | null> = {
  id: 'version',
  showsVersion: true,
  render: (_secret, info) => info?.version ?? null,
  sizeBytes: () => 8,
};
