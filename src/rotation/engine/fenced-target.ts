import type { PasswordTarget } from '../domain/password-target.js';
import type { Lease } from './lease.js';

/** Restricts a target to the time of the lease: no call begins after the lease has ended. */
export function fenced(target: PasswordTarget, lease: Pick<Lease, 'require'>): PasswordTarget {
  return {
    strategies: target.strategies,
    async logIn(user, signal) {
      lease.require();
      return target.logIn(user, signal);
    },
    async setPassword(admin, change, signal) {
      lease.require();
      return target.setPassword(admin, change, signal);
    },
    async endPassword(admin, end, signal) {
      lease.require();
      return target.endPassword(admin, end, signal);
    },
  };
}
