import { SallyportError, type SallyportErrorCode } from '@sallyport/client';
import { UsageError } from './command.js';
import { printable } from './output/table.js';
import { isUnsaid, placeText, withParameters, type WrittenWords } from './refused-places.js';

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

/** Meanings of the exit codes, for help and pages. */
export const exitMeanings: Readonly<Record<ClientExitCode, string>> = {
  0: 'done',
  1: 'failed',
  2: 'wrong usage',
  3: 'denied',
  4: 'not found',
  5: 'conflict',
  6: 'unreachable',
};

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

/** Failure that a command has found itself; the message is a sentence. */
export class CommandFailure extends Error {
  override readonly name = 'CommandFailure';
  readonly exitCode: ClientExitCode;
  readonly advice: string | undefined;

  constructor(message: string, exitCode: ClientExitCode, advice?: string) {
    super(message);
    this.exitCode = exitCode;
    this.advice = advice;
  }
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

/** Next steps after a failed `login`: those of other commands lead back to it. */
const loginAdvices: typeof advices = {
  Unauthenticated: 'check the token, and whether it is for this gateway',
  Unreachable: 'check --address',
  InvalidResponse: 'check --address',
};

/** Command that has failed. */
export interface FailedCommand {
  readonly words: string;
  readonly written: WrittenWords;
}

/** Returns what the user reads about an error. */
export function failureOf(error: unknown, command?: FailedCommand): Failure {
  if (error instanceof SallyportError) {
    const { code, requestId } = error;
    const exitCode = ownValue(codes, code) ?? exitCodes.failed;
    const advice = ownValue(command?.words === 'login' ? loginAdvices : advices, code);
    const message = printable(messageOf(error, command?.written));
    return { exitCode, message, advice, requestId };
  }
  if (error instanceof CommandFailure) {
    const { message, exitCode, advice } = error;
    return { exitCode, message, advice, requestId: undefined };
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

/** Codes come from the gateway: none of them is the name of a member of all objects. */
function ownValue<T>(values: Readonly<Record<string, T>>, code: string): T | undefined {
  return Object.hasOwn(values, code) ? values[code] : undefined;
}

/** Returns the message, and the refused places in the request that it does not name. */
function messageOf({ message, errors }: SallyportError, written: WrittenWords = {}): string {
  const missing = errors.filter((place) => isUnsaid(place, message)).map(placeText);
  return withParameters([message, ...missing].join('; '), errors, written);
}
