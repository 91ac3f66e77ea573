import type { RawAnswer } from '../forwarding.js';
import { optionsOf, SallyportError } from './sallyport-error.js';

/**
 * Refusal by the API server of a call made as the caller, in the API server's own words. The façade
 * responds with these words; the audit trail and all other transports see the error.
 */
export class RefusedByCluster extends SallyportError {
  readonly answer: RawAnswer;

  constructor(error: SallyportError, answer: RawAnswer) {
    super(error.code, error.message, optionsOf(error));
    this.answer = answer;
  }
}
