import { registerEnumType } from '@nestjs/graphql';

export const ShareState = {
  ACTIVE: 'Active',
  SUSPENDED: 'Suspended',
  EXPIRED: 'Expired',
  REVOKED: 'Revoked',
} as const;
export type ShareState = (typeof ShareState)[keyof typeof ShareState];

registerEnumType(ShareState, {
  name: 'ShareState',
  description: 'Whether a share delivers.',
  valuesMap: {
    ACTIVE: { description: 'It delivers.' },
    SUSPENDED: { description: 'It delivers nothing until somebody acts: see `reason`.' },
    EXPIRED: { description: 'Its time is over.' },
    REVOKED: { description: 'It was ended for ever.' },
  },
});

export const ImportState = { READY: 'Ready', NOT_GRANTED: 'NotGranted' } as const;
export type ImportState = (typeof ImportState)[keyof typeof ImportState];

registerEnumType(ImportState, {
  name: 'ImportState',
  description: 'Whether the caller gets values of an import.',
  valuesMap: {
    READY: { description: 'The caller gets values.' },
    NOT_GRANTED: { description: 'No share grants anything to the caller.' },
  },
});

export const OfferedSubjects = { ALL: 'All', NAMED: 'Named' } as const;
export type OfferedSubjects = (typeof OfferedSubjects)[keyof typeof OfferedSubjects];

registerEnumType(OfferedSubjects, {
  name: 'OfferedSubjects',
  description: 'To whom in a namespace a share is offered.',
  valuesMap: {
    ALL: { description: 'To all who may read an import of it.' },
    NAMED: { description: 'To subjects that it names, of which the caller is one.' },
  },
});

export const ShareSubjectKind = {
  SERVICE_ACCOUNT: 'ServiceAccount',
  USER: 'User',
  GROUP: 'Group',
} as const;
export type ShareSubjectKind = (typeof ShareSubjectKind)[keyof typeof ShareSubjectKind];

registerEnumType(ShareSubjectKind, {
  name: 'ShareSubjectKind',
  description: 'Kind of a subject of a share.',
  valuesMap: {
    SERVICE_ACCOUNT: { description: 'A ServiceAccount of the namespace of the consumer.' },
    USER: { description: 'A user.' },
    GROUP: { description: 'A group.' },
  },
});

export const ShareDelivery = { LIVE: 'live', COPY: 'copy' } as const;
export type ShareDelivery = (typeof ShareDelivery)[keyof typeof ShareDelivery];

registerEnumType(ShareDelivery, {
  name: 'ShareDelivery',
  description: 'How consumers receive values.',
  valuesMap: {
    LIVE: { description: 'By reads through the gateway.' },
    COPY: { description: 'As a Secret in their namespace.' },
  },
});

export const ShareOnRecreate = { STOP: 'stop', FOLLOW: 'follow' } as const;
export type ShareOnRecreate = (typeof ShareOnRecreate)[keyof typeof ShareOnRecreate];

registerEnumType(ShareOnRecreate, {
  name: 'ShareOnRecreate',
  description: 'What a share does if its Secret is recreated.',
  valuesMap: {
    STOP: { description: 'It delivers nothing of the new Secret.' },
    FOLLOW: { description: 'It delivers the new Secret.' },
  },
});

export const ShareOnRevoke = { NONE: 'none', ROTATE: 'rotate' } as const;
export type ShareOnRevoke = (typeof ShareOnRevoke)[keyof typeof ShareOnRevoke];

registerEnumType(ShareOnRevoke, {
  name: 'ShareOnRevoke',
  description: 'What the end of a share starts.',
  valuesMap: {
    NONE: { description: 'Nothing.' },
    ROTATE: { description: 'A rotation of the Secret.' },
  },
});
