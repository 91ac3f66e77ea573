import pg from 'pg';
import { StorageError } from '../storage-error.js';

/** SQLSTATE of a failure that the server itself reported, also where it was put into words. */
export function sqlState(error: unknown): string | undefined {
  const cause = error instanceof StorageError ? error.cause : error;
  return cause instanceof pg.DatabaseError ? cause.code : undefined;
}

/** Whether the connection is of no use any more: all but an error of one statement. */
export function isConnectionLost(error: unknown): boolean {
  if (error instanceof StorageError)
    return error.cause !== undefined && isConnectionLost(error.cause);
  return !(error instanceof pg.DatabaseError && error.severity === 'ERROR');
}

/** What the client threw, as a sentence for operators. */
export function toPostgresError(server: string, error: unknown): StorageError {
  if (error instanceof StorageError) return error;
  return new StorageError(`the database ${server} cannot be used: ${reasonOf(error)}`, {
    cause: error,
  });
}

function reasonOf(error: unknown): string {
  // One address after another was tried in vain: the error of all has no words.
  if (error instanceof AggregateError) return error.errors.map(reasonOf).join('; ');
  return error instanceof Error ? error.message : String(error);
}
