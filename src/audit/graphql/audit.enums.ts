import { registerEnumType } from '@nestjs/graphql';
import type { AuditDimension as Dimension } from '../domain/audit-dimension.js';

export const AuditSource = { GATEWAY: 'gateway', CLUSTER: 'cluster' } as const;
export type AuditSource = (typeof AuditSource)[keyof typeof AuditSource];

registerEnumType(AuditSource, {
  name: 'AuditSource',
  description: 'Who reports an event.',
  valuesMap: {
    GATEWAY: { description: 'The gateway, of a request that it received.' },
    CLUSTER: { description: 'The API server, of a request past the gateway.' },
  },
});

export const AuditPlane = {
  CALLER: 'caller',
  BROKER: 'broker',
  SELF: 'self',
  NONE: 'none',
} as const;
export type AuditPlane = (typeof AuditPlane)[keyof typeof AuditPlane];

registerEnumType(AuditPlane, {
  name: 'AuditPlane',
  description: 'As whom the gateway called the API server.',
  valuesMap: {
    CALLER: { description: 'As the caller.' },
    BROKER: { description: 'As itself, after the API server had allowed it to the caller.' },
    SELF: { description: 'As itself, for its own work.' },
    NONE: { description: 'It did not call the API server.' },
  },
});

export const Outcome = {
  ALLOWED: 'allowed',
  DENIED: 'denied',
  FAILED: 'failed',
  UNKNOWN: 'unknown',
} as const;
export type Outcome = (typeof Outcome)[keyof typeof Outcome];

registerEnumType(Outcome, {
  name: 'Outcome',
  description: 'How a request ended.',
  valuesMap: {
    ALLOWED: { description: 'It was carried out.' },
    DENIED: { description: 'The caller had no right, or no valid credential.' },
    FAILED: { description: 'It was not carried out for another reason.' },
    UNKNOWN: { description: 'A write that has begun, and whose end is not on record.' },
  },
});

export const AuditDimension = {
  USER: 'user',
  SECRET: 'secret',
  KEY: 'key',
  ACTION: 'action',
  OUTCOME: 'outcome',
  CREDENTIAL: 'credential',
  SOURCE_IP: 'sourceIp',
  NAMESPACE: 'namespace',
  GROUP: 'group',
  CODE: 'code',
  PLANE: 'plane',
  SOURCE: 'source',
  MARK: 'mark',
  HOUR: 'hour',
  DAY: 'day',
} as const satisfies Readonly<Record<string, Dimension>>;
export type AuditDimension = (typeof AuditDimension)[keyof typeof AuditDimension];

registerEnumType(AuditDimension, {
  name: 'AuditDimension',
  description: 'The fact by which events are counted.',
  valuesMap: {
    USER: { description: 'Name of the user.' },
    SECRET: { description: 'Name of the Secret.' },
    KEY: { description: 'Name of a key; an event counts once for each of its keys.' },
    ACTION: { description: 'What was done.' },
    OUTCOME: { description: 'How it ended.' },
    CREDENTIAL: { description: 'Id of the credential.' },
    SOURCE_IP: { description: 'Address of the client.' },
    NAMESPACE: { description: 'Namespace.' },
    GROUP: { description: 'A group of the user; an event counts once for each group.' },
    CODE: { description: 'Status of the response.' },
    PLANE: { description: 'As whom the gateway called the API server.' },
    SOURCE: { description: 'Who reports the event.' },
    MARK: { description: 'A mark; an event counts once for each of its marks.' },
    HOUR: { description: 'Hour of the request, in UTC.' },
    DAY: { description: 'Day of the request, in UTC.' },
  },
});
