import { describe, expect, it } from 'vitest';
import { keywordReasons } from '../../../../../src/schemas/domain/kinds/postgres-keywords.js';
import { describeKind } from './kind-table.js';
import { processorMs } from '../../../../support/processor-time.js';

const form = "must be keyword=value with spaces between; values with spaces in '…', or be a URL";
const modes =
  'must have one of these for sslmode: disable, allow, prefer, require, verify-ca, verify-full';
const noHost = 'must name a host';
const timeout = 'must have a number for connect_timeout';

describeKind({
  kind: 'dsn.postgresql',
  good: [
    // https://www.postgresql.org/docs/current/libpq-connect.html
    'host=localhost port=5432 dbname=mydb connect_timeout=10',
    'host=localhost port=5432 dbname=mydb connect_timeout=10\n',
    'host = localhost  port = 5432',
    "host=localhost user='other user' password='it\\'s \\\\ secret'",
    "host=localhost password=''",
    'host=localhost password=',
    "host=localhost password=it's",
    'host=localhost password=a=b==',
    'host=localhost password=a\\ b\\\\c',
    "host='localhost' dbname='my db'",
    'hostaddr=172.28.40.9 dbname=mydb',
    'host=host1,host2,host3 port=5432,5433,5434 target_session_attrs=read-write',
    'host=host1,host2 port=,5433',
    'host=/var/run/postgresql dbname=mydb',
    'host=@abstract dbname=mydb',
    'service=myservice',
    'host=localhost sslmode=verify-full sslrootcert=system',
    "host=localhost sslmode='require'",
    "host=localhost options='-c geqo=off -c statement_timeout=5min'",
    'host=localhost connect_timeout=-1',
    'host=::1 user=postgres',
    'host=localhost\nport=5432\ndbname=mydb\n',
    "host=localhost\tapplication_name='my\napp'",
    'user=postgres password=secret;1 host=localhost',
    'host=localhost keepalives=1 keepalives_idle=30 gssencmode=disable',
  ],
  bad: [
    ['', form],
    [' \n', form],
    ['localhost', form],
    ['localhost:5432', /^must begin with/],
    ['user@localhost/mydb', form],
    ['host', form],
    ['host=localhost mysecret', form],
    ['=localhost', form],
    ["host=localhost password='not closed", form],
    ["host=localhost password='closed'too", form],
    ['host=localhost password=my secret', form],
    ['host=localhost password=ends\\', form],
    // https://www.npgsql.org/doc/connection-string-parameters.html
    ['Host=myserver;Username=mylogin;Password=mypass;Database=mydatabase', form],
    ['host=myserver;username=mylogin;password=mypass', form],
    ['Server=myserver;Port=5432', form],
    ['HOST=localhost', form],
    ['host=localhost,user=postgres password secret', form],
    ['export PGHOST=localhost', form],
    ['host=localhost host=otherhost', 'must not have a keyword twice'],
    ['dbname=mydatabase', noHost],
    ['dbname=postgresql user=postgresql', noHost],
    ['dbname=db sslmode=on', [noHost, modes]],
    ['host=localhost sslmode=true', modes],
    ['host=localhost sslmode=VERIFY-FULL', modes],
    ['host=localhost port=https', 'must have a number for port'],
    ['host=localhost port=65536', 'must have a number for port'],
    ['host=localhost port=0', 'must have a number for port'],
    ['host=a,b port=5432;5433', 'must have a number for port'],
    ['host=localhost connect_timeout=10s', timeout],
    ['host=localhost connect_timeout=', timeout],
    ['host=h '.concat('a=b '.repeat(101)), 'must have at most 100 keywords'],
    [Buffer.from('host=localhost password=\xe9', 'latin1'), 'must be UTF-8'],
  ],
  words: [' connect_timeout'],
});

describe('a long connection string of keywords', () => {
  it.each(['a', 'a=', "a='b' ", "'", '\\', ' ', 'a= ', "''", "a='"])(
    'is checked in time that grows with its length: %j',
    (part) => {
      const start = processorMs();
      keywordReasons(`host='${part.repeat(100_000 / part.length)}`);
      keywordReasons(`host=${part.repeat(100_000 / part.length)}\\`);
      expect(processorMs() - start).toBeLessThan(2_000);
    },
  );
});
