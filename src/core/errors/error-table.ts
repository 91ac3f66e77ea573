/** Response to an error code (docs/errors.md). The first status is the default. */
interface ErrorEntry {
  readonly title: string;
  readonly statuses: readonly [number, ...number[]];
  /** Kubernetes `StatusReason` with an equal meaning. */
  readonly kubernetesReason: string;
}

export const errorTable = {
  BadRequest: { title: 'Bad request', statuses: [400], kubernetesReason: 'BadRequest' },
  Invalid: { title: 'Invalid', statuses: [422], kubernetesReason: 'Invalid' },
  Unauthenticated: { title: 'Unauthenticated', statuses: [401], kubernetesReason: 'Unauthorized' },
  Forbidden: { title: 'Forbidden', statuses: [403], kubernetesReason: 'Forbidden' },
  NotFound: { title: 'Not found', statuses: [404], kubernetesReason: 'NotFound' },
  MethodNotAllowed: {
    title: 'Method not allowed',
    statuses: [405],
    kubernetesReason: 'MethodNotAllowed',
  },
  UnsupportedMediaType: {
    title: 'Unsupported media type',
    statuses: [415],
    kubernetesReason: 'UnsupportedMediaType',
  },
  AlreadyExists: {
    title: 'Already exists',
    statuses: [409, 412],
    kubernetesReason: 'AlreadyExists',
  },
  Conflict: { title: 'Conflict', statuses: [409, 412], kubernetesReason: 'Conflict' },
  PreconditionRequired: {
    title: 'Precondition required',
    statuses: [428],
    kubernetesReason: 'Conflict',
  },
  Destroyed: { title: 'Destroyed', statuses: [410], kubernetesReason: 'Gone' },
  Expired: { title: 'Expired', statuses: [410], kubernetesReason: 'Expired' },
  TooLarge: {
    title: 'Too large',
    statuses: [413, 431],
    kubernetesReason: 'RequestEntityTooLarge',
  },
  TooManyRequests: {
    title: 'Too many requests',
    statuses: [429],
    kubernetesReason: 'TooManyRequests',
  },
  Unavailable: { title: 'Unavailable', statuses: [503], kubernetesReason: 'ServiceUnavailable' },
  Timeout: { title: 'Timeout', statuses: [504], kubernetesReason: 'Timeout' },
  OutcomeUnknown: {
    title: 'Outcome unknown',
    statuses: [503],
    kubernetesReason: 'ServiceUnavailable',
  },
  Internal: { title: 'Internal error', statuses: [500], kubernetesReason: 'InternalError' },
} as const satisfies Record<string, ErrorEntry>;

export type ErrorCode = keyof typeof errorTable;
