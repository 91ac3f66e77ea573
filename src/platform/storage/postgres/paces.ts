import { limits } from '../../../core/limits.js';

/** How long, in ms, one waits for a connection, and for the answer to a statement. */
export interface Pace {
  readonly connectMsMax: number;
  readonly statementMsMax: number;
}

/** Who is waiting: a request, work in the background, a batch of the log, a start. */
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
