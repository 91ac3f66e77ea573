import type { Strategy } from 'passport-jwt';
import { SallyportError } from '../core/errors/sallyport-error.js';
import { CredentialRefused } from './credential-verifier.js';

type Claims = Readonly<Record<string, unknown>>;

/**
 * Runs a Passport strategy once, outside any middleware: Passport itself adds these callbacks to a
 * copy of the strategy for each request.
 */
export function runStrategy(strategy: Strategy, request: object): Promise<Claims> {
  return new Promise((resolve, reject) => {
    const refuse = (reason: unknown) => {
      const known = reason instanceof SallyportError || reason instanceof CredentialRefused;
      reject(known ? reason : new CredentialRefused('the token does not verify'));
    };
    const run = Object.assign(Object.create(strategy) as Strategy, {
      success: (claims: Claims) => {
        resolve(claims);
      },
      fail: refuse,
      error: refuse,
    });
    void run.authenticate(request as never, {});
  });
}
