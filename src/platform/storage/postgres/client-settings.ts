import pg, { type ClientConfig } from 'pg';
import { limits } from '../../../core/limits.js';
import { type Pace, paces } from './paces.js';

type Parser = (stored: string) => unknown;

const INT8 = 20;

/** Queries for some of many rows look costly, but compilation would take longer than the query. */
const NOT_COMPILED = '-c jit=off';
/** Nor do other processes pay off, except if all of a log is counted. */
const ALONE = `${NOT_COMPILED} -c max_parallel_workers_per_gather=0`;

/** Counters and times stay far below 2^53, so they are read as numbers. */
const types = {
  getTypeParser: (oid: number, format: 'text' | 'binary' = 'text'): Parser =>
    oid === INT8 && format === 'text' ? Number : (pg.types.getTypeParser(oid, format) as Parser),
};

/** Returns the settings of a connection for a pace. */
export function clientSettings(url: string, pace: Pace): ClientConfig {
  return {
    connectionString: url,
    application_name: 'sallyport',
    options: pace === paces.work ? NOT_COMPILED : ALONE,
    connectionTimeoutMillis: pace.connectMsMax,
    statement_timeout: pace.statementMsMax,
    query_timeout: pace.statementMsMax,
    idle_in_transaction_session_timeout: limits.postgresSilenceMsMax,
    keepAlive: true,
    types,
  };
}
