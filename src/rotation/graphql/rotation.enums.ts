import { registerEnumType } from '@nestjs/graphql';

export const RotationRunState = {
  RUNNING: 'running',
  WAITING: 'waiting',
  SUCCEEDED: 'succeeded',
  FAILED: 'failed',
  CANCELLED: 'cancelled',
  NEEDS_OPERATOR: 'needsOperator',
} as const;
export type RotationRunState = (typeof RotationRunState)[keyof typeof RotationRunState];

registerEnumType(RotationRunState, {
  name: 'RotationRunState',
  description: 'How a run stands.',
  valuesMap: {
    RUNNING: { description: 'It takes its steps.' },
    WAITING: { description: 'It waits for a time, a workload or a server.' },
    SUCCEEDED: { description: 'All steps are done.' },
    FAILED: { description: 'It has ended, and the former credential still works.' },
    CANCELLED: { description: 'Somebody has cancelled it.' },
    NEEDS_OPERATOR: { description: 'It cannot continue until somebody acts.' },
  },
});

export const RotationStep = {
  CREATE: 'create',
  SET: 'set',
  TEST: 'test',
  FINISH: 'finish',
  RETIRE: 'retire',
} as const;
export type RotationStep = (typeof RotationStep)[keyof typeof RotationStep];

registerEnumType(RotationStep, {
  name: 'RotationStep',
  description: 'Step of a run.',
  valuesMap: {
    CREATE: { description: 'New values are generated, and kept as a pending version.' },
    SET: { description: 'The server gets the new credential.' },
    TEST: { description: 'The new credential is tried.' },
    FINISH: { description: 'The Secret gets the new values.' },
    RETIRE: { description: 'The former credential ends.' },
  },
});

export const RotationTrigger = { SCHEDULE: 'schedule', MANUAL: 'manual' } as const;
export type RotationTrigger = (typeof RotationTrigger)[keyof typeof RotationTrigger];

registerEnumType(RotationTrigger, {
  name: 'RotationTrigger',
  description: 'What starts a run.',
  valuesMap: {
    SCHEDULE: { description: 'The schedule of the rotation.' },
    MANUAL: { description: 'A request.' },
  },
});

export const RotationTargetKind = {
  NONE: 'none',
  POSTGRESQL: 'postgresql',
  MYSQL: 'mysql',
  MONGODB: 'mongodb',
  REDIS: 'redis',
  WEBHOOK: 'webhook',
} as const;
export type RotationTargetKind = (typeof RotationTargetKind)[keyof typeof RotationTargetKind];

registerEnumType(RotationTargetKind, {
  name: 'RotationTargetKind',
  description: 'Kind of the server that receives a new credential.',
  valuesMap: {
    NONE: { description: 'No server: only the Secret changes.' },
    POSTGRESQL: { description: 'PostgreSQL.' },
    MYSQL: { description: 'MySQL or MariaDB.' },
    MONGODB: { description: 'MongoDB.' },
    REDIS: { description: 'Redis.' },
    WEBHOOK: { description: 'A signed webhook.' },
  },
});

export const RotationStrategy = {
  SINGLE_USER: 'singleUser',
  ALTERNATING_USERS: 'alternatingUsers',
  DUAL: 'dual',
} as const;
export type RotationStrategy = (typeof RotationStrategy)[keyof typeof RotationStrategy];

registerEnumType(RotationStrategy, {
  name: 'RotationStrategy',
  description: 'How credentials follow each other.',
  valuesMap: {
    SINGLE_USER: { description: 'The password of one user changes.' },
    ALTERNATING_USERS: { description: 'Two users take turns.' },
    DUAL: { description: 'Two passwords are valid for a while.' },
  },
});
