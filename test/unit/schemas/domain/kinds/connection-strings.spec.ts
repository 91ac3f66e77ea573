import { unescaped } from '../../../../../src/schemas/domain/kinds/url-parts.js';
import { describeKind } from './kind-table.js';

const noHost = 'must name a host';
const wrongHost = 'has a host or a port that is none';
const space = 'must not have a space or a line end';
const percent = 'has a % that begins no encoding';
const oneDatabase = 'must have one database after the host';
const noPostgres = 'must begin with postgresql:// or postgres://';
const noMysql = 'must begin with mysql:// or mysqlx:// or mariadb://';
const keywords = /^must be keyword=value with spaces between/;

describeKind({
  kind: 'dsn.postgresql',
  good: [
    // https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNSTRING-URIS
    'postgresql://localhost',
    'postgresql://localhost:5433',
    'postgresql://localhost/mydb',
    'postgresql://user@localhost',
    'postgresql://user:secret@localhost',
    'postgresql://other@localhost/otherdb?connect_timeout=10&application_name=myapp',
    'postgresql://host1:123,host2:456/somedb?target_session_attrs=any&application_name=myapp',
    'postgresql://user@localhost:5433/mydb?options=-c%20synchronous_commit%3Doff',
    'postgresql:///mydb?host=localhost&port=5433',
    'postgresql://[2001:db8::1234]/database',
    'postgresql:///dbname?host=/var/lib/postgresql',
    'postgresql://%2Fvar%2Flib%2Fpostgresql/dbname',
    'postgres://user:p%40ss%2Fword%3A@db.example.com:5432/app',
    'postgres://user:pa$$w0rd!*+-_.~@db.example.com/app',
    'postgres://:secret@localhost/',
    'postgres://user:@localhost/',
    'POSTGRESQL://localhost',
    // https://www.prisma.io/docs/orm/overview/databases/postgresql
    'postgresql://janedoe:mypassword@localhost:5432/mydb?schema=sample',
    'postgresql://USER:PASSWORD@localhost/database?host=/var/run/postgresql/',
    'postgresql://u:p@h:5432/mydb?connection_limit=5&socket_timeout=3&pgbouncer=true',
    'postgresql://root@localhost:26257/defaultdb?sslmode=disable&options=--cluster%3Dname',
    'postgres://u:p@ep-cool-1.eu.aws.neon.tech/db?sslmode=require&channel_binding=require',
    'postgresql://u@a:5432,b:5432,c:5432/db?sslmode=verify-full&sslrootcert=/etc/ca.crt',
    'postgres://u:p@xn--bcher-kva.example:6432/db?sslmode=allow',
  ],
  bad: [
    ['postgresql://', noHost],
    ['postgresql:///mydb', noHost],
    ['postgresql://user:secret@/mydb', noHost],
    ['postgresql://host1,/mydb', noHost],
    ['postgresql:localhost/mydb', noPostgres],
    ['pgsql://user:secret@localhost/db', noPostgres],
    ['mysql://user:secret@localhost/db', noPostgres],
    ['https://localhost/db', noPostgres],
    // SQLAlchemy reads it, libpq does not.
    ['postgresql+psycopg2://scott:tiger@localhost/test', noPostgres],
    ['jdbc:postgresql://localhost/test', noPostgres],
    ['DATABASE_URL=postgres://user:secret@localhost/db', keywords],
    ['"postgres://user:secret@localhost/db"', keywords],
    ['postgres://user:secret@localhost/db\n', space],
    ['postgres://user:my secret@localhost/db', space],
    ['postgres://user:p@ssword@localhost/db', unescaped],
    ['postgres://user:pass/word@localhost/db', unescaped],
    ['postgres://user:12345/word@localhost/db', unescaped],
    ['postgres://user:pass?word@localhost/db', unescaped],
    ['postgres://user:pass#word@localhost/db', unescaped],
    ['postgres://user:pass:word@localhost/db', unescaped],
    ['postgres://localhost/db#fragment', 'must not have a # with a text after it'],
    ['postgres://user:100%@localhost/db', percent],
    ['postgres://user:%E9t%E9@localhost/db', percent],
    ['postgres://localhost:port/db', wrongHost],
    ['postgres://localhost:543210/db', wrongHost],
    ['postgres://localhost:0/db', wrongHost],
    ['postgres://2001:db8::1234/db', wrongHost],
    ['postgres://[2001:db8::1234/db', wrongHost],
    ['postgres://localhost/mydb/otherdb', oneDatabase],
    ['postgres://localhost/db?sslmode=no-verify', /^must have one of these for sslmode/],
    ['postgres://localhost/db?connect_timeout=soon', 'must have a number for connect_timeout'],
    ['postgres:///db?host=localhost&port=x', 'must have a number for port'],
    ['://localhost', keywords],
    ['postgres', keywords],
    [Buffer.from('postgres://u:\xe9@localhost/db', 'latin1'), 'must be UTF-8'],
  ],
  words: ['postgresql://', ' postgres://', '://user:password@', ' connect_timeout', '@host/name'],
});

describeKind({
  kind: 'dsn.mysql',
  good: [
    // https://dev.mysql.com/doc/refman/8.4/en/connecting-using-uri-or-key-value-pairs.html
    'mysqlx://user@localhost:33065',
    'mysql://user@localhost:3333',
    'mysqlx://user:password@server.example.com/',
    'mysqlx://user:password@198.51.100.14:123',
    'mysqlx://user:password@[2001:db8:85a3:8d3:1319:8a2e:370:7348]',
    'mysql://user@server.example.com/mydb?ssl-mode=VERIFY_IDENTITY&ssl-ca=%2Fetc%2Fca.pem',
    'mysqlx://user:password@host1:33060,host2:33060/mydb',
    'mysql://root@%2Ftmp%2Fmysql.sock/mydb',
    // https://www.prisma.io/docs/orm/overview/databases/mysql
    'mysql://janedoe:mypassword@localhost:3306/mydb',
    'mysql://USER:PASSWORD@HOST:3306/DATABASE?connection_limit=5&socket_timeout=3',
    // https://github.com/mysqljs/mysql#connection-options
    'mysql://user:pass@host/db?debug=true&charset=BIG5_CHINESE_CI&timezone=-0700',
    'mysql://user:pass@host/db?ssl={"rejectUnauthorized":true}',
    'mariadb://user:pass@localhost:3306/mydb?charset=utf8mb4',
    'mariadb://user:p%40ss%3Aw%2Frd@mariadb.default.svc.cluster.local/app',
    'mysql://localhost',
    'mysql://localhost/',
    'mysql://user:@localhost/db',
    'MySQL://user@localhost/db',
    'mysql://user:pass@127.0.0.1/my-db',
    'mysql://user:pass@127.0.0.1/my%20db',
    'mysql://u:pa$$*!@db-1.example.com:65535/x_y',
  ],
  bad: [
    ['', noMysql],
    ['localhost:3306', noMysql],
    ['user@localhost:3306/mydb', noMysql],
    // https://github.com/go-sql-driver/mysql#dsn-data-source-name
    ['user:password@tcp(localhost:5555)/dbname?tls=skip-verify', noMysql],
    ['user:password@/dbname', noMysql],
    ['mysql+pymysql://scott:tiger@localhost/foo', noMysql],
    ['jdbc:mysql://localhost:3306/sakila', noMysql],
    ['postgres://user:secret@localhost/db', noMysql],
    ['Server=myServerAddress;Database=myDataBase;Uid=myUsername;', noMysql],
    ['mysql:host=localhost;port=3307;dbname=testdb', noMysql],
    ['mysql:/localhost/db', noMysql],
    ['mysql://', noHost],
    ['mysql:///mydatabase', noHost],
    ['mysql://user:secret@/mydatabase', noHost],
    ['mysql://user:secret@localhost/db\n', space],
    ['mysql://user:my secret@localhost/db', space],
    ['mysql://user:p@ssword@localhost/db', unescaped],
    ['mysql://user:pass/word@localhost/db', unescaped],
    ['mysql://user:pass#word@localhost/db', unescaped],
    ['mysql://user:100%@localhost/db', percent],
    ['mysql://localhost:mysql/db', wrongHost],
    ['mysql://localhost:70000/db', wrongHost],
    ['mysql://localhost:/db', wrongHost],
    ['mysql://localhost/mydatabase/mytable', oneDatabase],
    ['mysql://localhost/db#fragment', 'must not have a # with a text after it'],
    [`mysql://${'host,'.repeat(50)}host/db`, 'must have at most 50 hosts'],
    [`mysql://localhost/db?${'a=b&'.repeat(101)}`, 'must have at most 100 parameters'],
    ['mysql://[::1', wrongHost],
  ],
  words: [' mysql://', ' mariadb://', ' mysqlx://'],
});
