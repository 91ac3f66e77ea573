import pg from 'pg';
import { StorageError } from '../storage-error.js';

/** Returns the SQLSTATE of a failure that the server reported, also if it is wrapped. */
export function sqlState(error: unknown): string | undefined {
  const cause = error instanceof StorageError ? error.cause : error;
  return cause instanceof pg.DatabaseError ? cause.code : undefined;
}

/** Reports whether the connection is unusable: any error except one statement's. */
export function isConnectionLost(error: unknown): boolean {
  if (error instanceof StorageError)
    return error.cause !== undefined && isConnectionLost(error.cause);
  return !(error instanceof pg.DatabaseError && error.severity === 'ERROR');
}

/** Converts the client's error to a sentence for operators. */
export function toPostgresError(server: string, error: unknown): StorageError {
  if (error instanceof StorageError) return error;
  return new StorageError(`the database ${server} cannot be used: ${reasonOf(error)}`, {
    cause: error,
  });
}

function reasonOf(error: unknown): string {
  // Several addresses were tried in vain: the combined error has no message.
  if (error instanceof AggregateError) return error.errors.map(reasonOf).join('; ');
  return error instanceof Error ? error.message : String(error);
}
