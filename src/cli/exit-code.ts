import { SallyportError, type SallyportErrorCode } from '@sallyport/client';
import { UsageError } from './command.js';

/** Exit codes of the commands that call a gateway. */
export const exitCodes = {
  done: 0,
  failed: 1,
  usage: 2,
  denied: 3,
  notFound: 4,
  conflict: 5,
  unreachable: 6,
} as const;

export type ClientExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** Failure of a command as the user reads it. */
export interface Failure {
  readonly exitCode: ClientExitCode;
  /** One sentence. */
  readonly message: string;
  /** Next step of the user; undefined if the message says it. */
  readonly advice: string | undefined;
  /** Id of the request, for the operators of the gateway. */
  readonly requestId: string | undefined;
}

const codes: Readonly<Partial<Record<SallyportErrorCode, ClientExitCode>>> = {
  Unauthenticated: exitCodes.denied,
  Forbidden: exitCodes.denied,
  NotFound: exitCodes.notFound,
  Destroyed: exitCodes.notFound,
  AlreadyExists: exitCodes.conflict,
  Conflict: exitCodes.conflict,
  Unreachable: exitCodes.unreachable,
  Unavailable: exitCodes.unreachable,
  Timeout: exitCodes.unreachable,
  TooManyRequests: exitCodes.unreachable,
  InvalidResponse: exitCodes.unreachable,
};

const advices: Readonly<Partial<Record<SallyportErrorCode, string>>> = {
  Unauthenticated: 'log in again: sallyport login',
  Forbidden: 'see what you may do: sallyport can-i --list',
  OutcomeUnknown: 'read the Secret before you repeat the command',
  Unreachable: 'check the address: sallyport config get-contexts',
  InvalidResponse: 'check the address: sallyport config get-contexts',
};

/** Returns what the user reads about an error. */
export function failureOf(error: unknown): Failure {
  if (error instanceof SallyportError) {
    const { code, requestId } = error;
    const exitCode = codes[code] ?? exitCodes.failed;
    return { exitCode, message: messageOf(error), advice: advices[code], requestId };
  }
  const isUsage = error instanceof UsageError;
  const message = error instanceof Error ? error.message : String(error);
  const exitCode = isUsage ? exitCodes.usage : exitCodes.failed;
  return { exitCode, message, advice: undefined, requestId: undefined };
}

/** Reports whether the gateway has refused a call for this reason. */
export function hasCode(error: unknown, code: SallyportErrorCode): boolean {
  return error instanceof SallyportError && error.code === code;
}

/** Returns the message, and the refused places in the request that it does not name. */
function messageOf({ message, errors }: SallyportError): string {
  const missing = errors.filter(({ pointer }) => !message.includes(pointer));
  return [message, ...missing.map(({ pointer, reason }) => `${pointer} ${reason}`)].join('; ');
}
