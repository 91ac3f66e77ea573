import { limits } from '../../../core/limits.js';

/** Longest wait, in ms, for a connection, and for the response to a statement. */
export interface Pace {
  readonly connectMsMax: number;
  readonly statementMsMax: number;
}

/** Pace by waiter: a request, work in the background, a batch of the log, a start. */
export const paces = {
  request: {
    connectMsMax: limits.postgresConnectMsMax,
    statementMsMax: limits.postgresStatementMsMax,
  },
  work: {
    connectMsMax: limits.postgresWorkConnectMsMax,
    statementMsMax: limits.postgresWorkMsMax,
  },
  append: {
    connectMsMax: limits.postgresConnectMsMax,
    statementMsMax: limits.postgresAppendMsMax,
  },
  start: { connectMsMax: limits.postgresStartMsMax, statementMsMax: limits.postgresStartMsMax },
  migration: {
    connectMsMax: limits.postgresStartMsMax,
    statementMsMax: limits.postgresMigrationMsMax,
  },
} as const satisfies Record<string, Pace>;
