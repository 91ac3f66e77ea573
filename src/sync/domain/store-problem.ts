import type { OutboundFault } from '../../platform/outbound/domain/outbound-fault.js';
import type { AccountTokenFault } from './account-tokens.js';
import type { ConcernedCondition, SyncProblem } from './sync-outcome.js';

/** Reasons of a store that did answer. */
const answered: Readonly<Record<string, ConcernedCondition>> = {
  StoreDenied: 'Authorized',
  StoreChanged: 'InSync',
  StoreRefused: 'InSync',
  NotReadable: 'InSync',
  ClusterCredential: 'InSync',
};

/** Returns the problem of a sync whose store has failed. */
export function storeProblem({ reason, message }: OutboundFault<string>): SyncProblem {
  return { concerns: answered[reason] ?? 'StoreReachable', reason, message };
}

/** Reports whether the failure says nothing about the store as a whole. */
export function hasAnswered({ reason }: OutboundFault<string>): boolean {
  return Object.hasOwn(answered, reason);
}

/** Returns the problem of a sync whose ServiceAccount gets no token. */
export function tokenProblem({ reason, message }: AccountTokenFault): SyncProblem {
  return { concerns: 'Authorized', reason, message };
}
