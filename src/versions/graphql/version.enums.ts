import { registerEnumType } from '@nestjs/graphql';

export const VersionState = { LIVE: 'live', DELETED: 'deleted', DESTROYED: 'destroyed' } as const;
export type VersionState = (typeof VersionState)[keyof typeof VersionState];

registerEnumType(VersionState, {
  name: 'VersionState',
  description: 'Whether the values of a version can be read.',
  valuesMap: {
    LIVE: { description: 'They can be read.' },
    DELETED: { description: 'They can be read once the version is undeleted.' },
    DESTROYED: { description: 'They are gone.' },
  },
});

export const Door = {
  REST: 'rest',
  GRAPHQL: 'graphql',
  KUBECTL: 'kubectl',
  ROTATION: 'rotation',
  RESTORE: 'restore',
  SHARE: 'share',
  SYNC: 'sync',
  EXTERNAL: 'external',
} as const;
export type Door = (typeof Door)[keyof typeof Door];

registerEnumType(Door, {
  name: 'Door',
  description: 'How a write came.',
  valuesMap: {
    REST: { description: 'By REST.' },
    GRAPHQL: { description: 'By GraphQL.' },
    KUBECTL: { description: 'By kubectl or another client of the Kubernetes API.' },
    ROTATION: { description: 'By a rotation.' },
    RESTORE: { description: 'By a restore of an earlier version.' },
    SHARE: { description: 'By the copy of a share.' },
    SYNC: { description: 'By a sync with another store.' },
    EXTERNAL: { description: 'Not through the gateway.' },
  },
});

export const RestoreAction = { RESTORE: 'restore', RECREATE: 'recreate', NONE: 'none' } as const;
export type RestoreAction = (typeof RestoreAction)[keyof typeof RestoreAction];

registerEnumType(RestoreAction, {
  name: 'RestoreAction',
  description: 'What a restore of a namespace does with a Secret.',
  valuesMap: {
    RESTORE: { description: 'The Secret gets the content of the earlier version.' },
    RECREATE: { description: 'The Secret is created with the content of the version.' },
    NONE: { description: 'The Secret stays as it is.' },
  },
});
