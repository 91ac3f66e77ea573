import { registerEnumType } from '@nestjs/graphql';

export const SyncState = {
  IN_SYNC: 'InSync',
  CONFLICT: 'Conflict',
  HELD: 'Held',
  OWNED_ELSEWHERE: 'OwnedElsewhere',
  FAILED: 'Failed',
} as const;
export type SyncState = (typeof SyncState)[keyof typeof SyncState];

registerEnumType(SyncState, {
  name: 'SyncState',
  description: 'How a sync stands.',
  valuesMap: {
    IN_SYNC: { description: 'Both sides have what the sync wants.' },
    CONFLICT: { description: 'Both sides have changed a key: resolve the sync.' },
    HELD: { description: 'Nothing is written until somebody acts: see `message`.' },
    OWNED_ELSEWHERE: {
      description:
        'Another sync owns the secret in the store, or pulls keys of the Secret: see `message`.',
    },
    FAILED: { description: 'A right, the spec or the store prevents it: see `message`.' },
  },
});

export const SyncKeyState = {
  IN_SYNC: 'InSync',
  RETAINED: 'Retained',
  DELETING: 'Deleting',
  CONFLICT: 'Conflict',
} as const;
export type SyncKeyState = (typeof SyncKeyState)[keyof typeof SyncKeyState];

registerEnumType(SyncKeyState, {
  name: 'SyncKeyState',
  description: 'How a key of a sync stands.',
  valuesMap: {
    IN_SYNC: { description: 'Both sides have what the sync wants.' },
    RETAINED: { description: 'One side alone has the key, and keeps it.' },
    DELETING: { description: 'One side has lost the key: the next look deletes it on the other.' },
    CONFLICT: { description: 'Both sides have changed the key.' },
  },
});

export const SyncDirection = { PUSH: 'push', PULL: 'pull', BOTH: 'both' } as const;
export type SyncDirection = (typeof SyncDirection)[keyof typeof SyncDirection];

registerEnumType(SyncDirection, {
  name: 'SyncDirection',
  description: 'Which side gets the changes of the other.',
  valuesMap: {
    PUSH: { description: 'The store gets the changes of the cluster.' },
    PULL: { description: 'The cluster gets the changes of the store.' },
    BOTH: { description: 'Each side gets the changes of the other.' },
  },
});

export const SyncFirst = { FAIL: 'fail', PULL: 'pull', PUSH: 'push', MERGE: 'merge' } as const;
export type SyncFirst = (typeof SyncFirst)[keyof typeof SyncFirst];

registerEnumType(SyncFirst, {
  name: 'SyncFirst',
  description: 'Side that wins if both have a key with values never equal so far.',
  valuesMap: {
    FAIL: { description: 'None: the sync is held.' },
    PULL: { description: 'The store.' },
    PUSH: { description: 'The cluster.' },
    MERGE: { description: 'None: the key is in conflict, and other keys are synced.' },
  },
});

export const SyncOnConflict = {
  HOLD: 'hold',
  PREFER_CLUSTER: 'preferCluster',
  PREFER_STORE: 'preferStore',
} as const;
export type SyncOnConflict = (typeof SyncOnConflict)[keyof typeof SyncOnConflict];

registerEnumType(SyncOnConflict, {
  name: 'SyncOnConflict',
  description: 'Side that wins if both have changed a key.',
  valuesMap: {
    HOLD: { description: 'None, until somebody resolves the sync.' },
    PREFER_CLUSTER: { description: 'The cluster.' },
    PREFER_STORE: { description: 'The store.' },
  },
});

export const SyncOnDelete = { RETAIN: 'retain', DELETE: 'delete' } as const;
export type SyncOnDelete = (typeof SyncOnDelete)[keyof typeof SyncOnDelete];

registerEnumType(SyncOnDelete, {
  name: 'SyncOnDelete',
  description: 'What the deletion of a key on one side does on the other.',
  valuesMap: {
    RETAIN: { description: 'Nothing.' },
    DELETE: { description: 'It deletes the key.' },
  },
});

export const SyncFormat = { JSON: 'json', PER_KEY: 'perKey' } as const;
export type SyncFormat = (typeof SyncFormat)[keyof typeof SyncFormat];

registerEnumType(SyncFormat, {
  name: 'SyncFormat',
  description: 'How a store has the keys of a Secret.',
  valuesMap: {
    JSON: { description: 'One secret of the store has all keys.' },
    PER_KEY: { description: 'Each key has a secret of its own in the store.' },
  },
});

export const SyncSide = { CLUSTER: 'cluster', STORE: 'store' } as const;
export type SyncSide = (typeof SyncSide)[keyof typeof SyncSide];

registerEnumType(SyncSide, {
  name: 'SyncSide',
  description: 'A side of a sync.',
  valuesMap: {
    CLUSTER: { description: 'The Secret in the cluster.' },
    STORE: { description: 'The secret in the store.' },
  },
});

export const SyncAction = {
  NONE: 'none',
  PUSH: 'push',
  PULL: 'pull',
  RETAIN: 'retain',
  HOLD: 'hold',
} as const;
export type SyncAction = (typeof SyncAction)[keyof typeof SyncAction];

registerEnumType(SyncAction, {
  name: 'SyncAction',
  description: 'What a look at a sync does with a key.',
  valuesMap: {
    NONE: { description: 'Nothing: both sides are equal.' },
    PUSH: { description: 'The store gets the state of the cluster.' },
    PULL: { description: 'The cluster gets the state of the store.' },
    RETAIN: { description: 'Nothing: one side alone has the key, and keeps it.' },
    HOLD: { description: 'Nothing, until somebody resolves the sync.' },
  },
});

export const StoreDirection = { PUSH: 'push', PULL: 'pull' } as const;
export type StoreDirection = (typeof StoreDirection)[keyof typeof StoreDirection];

registerEnumType(StoreDirection, {
  name: 'StoreDirection',
  description: 'What namespaces may do with a store.',
  valuesMap: {
    PUSH: { description: 'Write to it.' },
    PULL: { description: 'Read from it.' },
  },
});

export const ParameterTier = { STANDARD: 'standard', ADVANCED: 'advanced' } as const;
export type ParameterTier = (typeof ParameterTier)[keyof typeof ParameterTier];

registerEnumType(ParameterTier, {
  name: 'ParameterTier',
  description: "Tier of new parameters of AWS' Parameter Store.",
  valuesMap: {
    STANDARD: { description: 'At most 4 KiB.' },
    ADVANCED: { description: 'At most 8 KiB.' },
  },
});
