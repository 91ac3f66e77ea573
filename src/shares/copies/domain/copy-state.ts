/** Why a copy does not have the values of its share. */
export type CopyProblem =
  | 'NotGranted'
  | 'KeyMissing'
  | 'SomeKeysMissing'
  | 'AuthorLostRight'
  | 'AuthorUnknown'
  | 'AuthorGone'
  | 'TargetExists'
  | 'ManagedElsewhere'
  | 'TargetTerminating'
  | 'TargetImmutable'
  | 'TypeDiffers'
  | 'KeyExists'
  | 'KeySetIncomplete'
  | 'SchemaRefused'
  | 'TargetRefused'
  | 'TargetForbidden'
  | 'GatewayForbidden'
  | 'Drifted'
  | 'TargetDeleted';

const refusals = ['TargetRefused', 'TargetForbidden', 'GatewayForbidden'] as const;

/** Refusal of the cluster to write the target. */
export type Refusal = (typeof refusals)[number];

/** Reports a refusal of the cluster. */
export function isRefusal(result: string): result is Refusal {
  return (refusals as readonly string[]).includes(result);
}

export type CopyStateName = 'Ready' | 'NotGranted' | 'Suspended' | 'Drifted' | 'Conflict';

interface Explained {
  readonly state: CopyStateName;
  readonly message: string;
}

const problems: Readonly<Record<CopyProblem, Explained>> = {
  NotGranted: {
    state: 'NotGranted',
    message: 'nothing is granted to this import: ask the owner of the share',
  },
  KeyMissing: {
    state: 'NotGranted',
    message: 'none of the keys is shared: name keys that the share has',
  },
  SomeKeysMissing: {
    state: 'Conflict',
    message: 'the target lacks some of the keys: name keys that the share and its Secret have',
  },
  AuthorUnknown: {
    state: 'Suspended',
    message: 'the author of this import is unknown: write it over REST, or change adopt',
  },
  AuthorGone: {
    state: 'Suspended',
    message: 'the account of the author was deleted: change adopt as another user',
  },
  AuthorLostRight: {
    state: 'Suspended',
    message:
      'the author of this import may not create and patch the target: ' +
      'change adopt as a user who may',
  },
  TargetExists: {
    state: 'Conflict',
    message: 'this import did not create the target: set adopt to add keys to it',
  },
  ManagedElsewhere: {
    state: 'Conflict',
    message: 'another controller manages the target: set adopt to add keys to it',
  },
  TargetTerminating: { state: 'Conflict', message: 'the target is being deleted' },
  TargetImmutable: {
    state: 'Conflict',
    message: 'the target is immutable: delete it, or name another one',
  },
  TypeDiffers: { state: 'Conflict', message: 'the target has another type' },
  KeyExists: {
    state: 'Conflict',
    message: 'the target has a key of this name with another value: rename the key with as',
  },
  KeySetIncomplete: {
    state: 'Conflict',
    message: 'the keys do not fit the type of the target: the share must have all of them',
  },
  SchemaRefused: {
    state: 'Conflict',
    message: 'a schema of the target refuses the values: change them, or the label of the target',
  },
  TargetRefused: {
    state: 'Conflict',
    message: 'the cluster refuses to store the target',
  },
  TargetForbidden: {
    state: 'Conflict',
    message:
      'a quota or an admission policy of the cluster forbids the target: ' +
      'change it, or ask who administers the cluster',
  },
  GatewayForbidden: {
    state: 'Suspended',
    message:
      'the gateway may not write Secrets in this namespace: ' +
      'ask who administers the gateway to bind its rights here',
  },
  Drifted: {
    state: 'Drifted',
    message: 'another client has changed keys of the copy: set repair, or undo the change',
  },
  TargetDeleted: {
    state: 'Drifted',
    message: 'another client has deleted the target: set repair',
  },
};

/** Returns the state of an import with a problem, and which side must do what. */
export function explained(problem: CopyProblem): Explained {
  return problems[problem];
}
