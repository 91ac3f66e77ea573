import { describe, expect, it } from 'vitest';
import { jdbcReasons } from '../../../../../src/schemas/domain/kinds/jdbc.js';
import { describeKind } from './kind-table.js';
import { processorMs } from '../../../../support/processor-time.js';

const control = 'must not have a line end or a control character';
const noDatabase = 'must name a database';
const noHost = 'must name a host';
const wrongHost = 'has a host or a port that is none';
const unknown = 'must be of a known database';
const parameters = 'must have user and password as parameters';
const noSlashes = 'must have // before the host';
const serverForm = 'must be //host:port;name=value';
const serverPairs = 'must have name=value between semicolons';
const oracleForm = 'must be @//host:port/service';
const oracleSign = 'must have @ before the host';
const db2Form = 'must be //host:port/database:name=value;';
const space = 'must not have a space or a line end';

describeKind({
  kind: 'dsn.jdbc',
  good: [
    // https://jdbc.postgresql.org/documentation/use/
    'jdbc:postgresql:database',
    'jdbc:postgresql:database?user=fred&password=secret',
    'jdbc:postgresql://host/database',
    'jdbc:postgresql://host/',
    'jdbc:postgresql://host:5433/database',
    'jdbc:postgresql://localhost/test?user=fred&password=secret&ssl=true',
    'jdbc:postgresql://localhost/test?options=-c%20search_path=test,public',
    'jdbc:postgresql://[::1]:5740/accounting',
    'jdbc:postgresql://host1:5432,host2:5432/database?targetServerType=primary',
    // https://dev.mysql.com/doc/connector-j/en/connector-j-reference-jdbc-url-format.html
    'jdbc:mysql://host1:33060/sakila',
    'jdbc:mysql://localhost:3306',
    'jdbc:mysql://localhost:3306/db?useSSL=true&serverTimezone=UTC&user=u&password=p@ss',
    'jdbc:mysql://address=(host=myhost)(port=1111)(key1=value1)/db',
    'jdbc:mysql://(host=myhost,port=1111,key1=value1)/db',
    'jdbc:mysql://myhost1:1111,myhost2:2222/db',
    'jdbc:mysql://address=(host=myhost1)(port=1111),address=(host=myhost2)(port=2222)/db',
    'jdbc:mysql://(host=myhost1,port=1111),(host=myhost2,port=2222)/db?key1=value1',
    'jdbc:mysql://myhost1:1111,(host=myhost2,port=2222,key2=value2)/db',
    'jdbc:mysql://sandy:secret@[myhost1:1111,myhost2:2222]/db',
    'jdbc:mysql://sandy:secret@[(host=myhost1,port=1111),(host=myhost2,port=2222)]/db',
    'jdbc:mysql://[1000:2000::abcd]:3306/db',
    'jdbc:mysql:replication://master,slave1,slave2,slave3/test',
    'jdbc:mysql:loadbalance://localhost:3306,localhost:3310/sakila',
    'jdbc:mysql+srv://_mysql._tcp.host1.example.com/db',
    // https://mariadb.com/docs/connectors/mariadb-connector-j/about-mariadb-connector-j
    'jdbc:mariadb://localhost:3306/DB?user=root&password=myPassword',
    'jdbc:mariadb:sequential://host1,host2,host3/testdb',
    'jdbc:mariadb:replication://address=(host=h1)(type=primary),address=(host=h2)/db',
    // https://learn.microsoft.com/en-us/sql/connect/jdbc/building-the-connection-url
    'jdbc:sqlserver://localhost;encrypt=true;integratedSecurity=true;',
    'jdbc:sqlserver://localhost:1433;encrypt=true;databaseName=AdventureWorks;user=u;password=p',
    'jdbc:sqlserver://localhost\\sqlexpress;encrypt=true;user=<user>;password=<password>',
    'jdbc:sqlserver://localhost\\my-instance:1433',
    'jdbc:sqlserver://;servername=server_name;encrypt=true;authenticationScheme=JavaKerberos',
    'jdbc:sqlserver://;serverName=3ffe:8311:eeee:f70f:0:5eae:10.203.31.9\\instance1;encrypt=true;',
    'jdbc:sqlserver://;server=db.example.com;applicationName={My App; 1}',
    'jdbc:sqlserver://localhost;user=u;password={pass;"{}}word};encrypt=true',
    // https://docs.oracle.com/en/database/oracle/oracle-database/23/jjdbc/
    'jdbc:oracle:thin:@//myhost:1521/myservicename',
    'jdbc:oracle:thin:scott/tiger@//myhost:1521/orcl',
    'jdbc:oracle:thin:scott/"ti@ger/1"@myhost:1521:orcl',
    'jdbc:oracle:thin:@localhost:1521:xe',
    'jdbc:oracle:thin:@myhost:1521/my-service.example.com:dedicated',
    'jdbc:oracle:thin:@tcps://host1:1522,host2:1522/service?wallet_location=/opt/wallet',
    'jdbc:oracle:thin:@tcp://[2001:db8::1]:1521/service',
    'jdbc:oracle:thin:@mydb_high?TNS_ADMIN=/opt/wallet',
    'jdbc:oracle:thin:/@mydb_high',
    'jdbc:oracle:thin:@ldap://ldap.example.com:7777/sales,cn=OracleContext,dc=example',
    'jdbc:oracle:thin:@(DESCRIPTION=(ADDRESS=(PROTOCOL=TCP)(HOST=myhost)(PORT=1521))' +
      '(CONNECT_DATA=(SERVICE_NAME=orcl)))',
    // https://www.ibm.com/docs/en/db2/11.5?topic=cdsudidsdjs-url-format
    'jdbc:db2://sysmvs1.stl.ibm.com:5021/STLEC1:user=dbadm;password=dbadm;',
    'jdbc:db2://luisa-lp:50000/sample',
    'jdbc:db2://[fe80::1]:50000/sample:sslConnection=true;',
    'jdbc:db2:sample:user=dbadm;password=dbadm;',
    // https://www.h2database.com/html/features.html#database_url
    'jdbc:h2:~/test',
    'jdbc:h2:mem:test_mem;DB_CLOSE_DELAY=-1',
    'jdbc:h2:tcp://dbserv:8084/~/sample',
    'jdbc:h2:file:/data/sample;CIPHER=AES',
    // https://github.com/xerial/sqlite-jdbc/blob/master/USAGE.md
    'jdbc:sqlite:sample.db',
    'jdbc:sqlite::memory:',
    'jdbc:sqlite:C:/data/my database.db',
  ],
  bad: [
    ['', 'must begin with jdbc:'],
    ['postgresql://host/database', 'must begin with jdbc:'],
    ['JDBC:mysql://host/database', 'must begin with jdbc:'],
    ['r2dbc:postgresql://host/database', 'must begin with jdbc:'],
    ['jdbc:', unknown],
    ['jdbc:derby:memory:myDatabase', unknown],
    ['jdbc:oracle:oci:@myhostname', unknown],
    ['jdbc:postgres://host/database', unknown],
    ['jdbc:microsoft:sqlserver://HOST:1433', unknown],
    ['jdbc:h2:~/database\n', /^must not end with a line end/],
    ['jdbc:h2:~/data\u0000base', control],
    ['jdbc:postgresql:', noDatabase],
    ['jdbc:postgresql://hostname', noDatabase],
    ['jdbc:postgresql:///database', noHost],
    ['jdbc:postgresql:/localhost/database', noDatabase],
    ['jdbc:postgresql://user:secret@localhost/database', parameters],
    ['jdbc:postgresql://localhost:port/database', wrongHost],
    ['jdbc:postgresql://localhost/database?password=my secret', space],
    ['jdbc:postgresql://localhost/db?password=100%', 'has a % that begins no encoding'],
    ['jdbc:mysql:', noSlashes],
    ['jdbc:mysql:localhost/database', noSlashes],
    ['jdbc:mysql://', noHost],
    ['jdbc:mysql:///database', noHost],
    ['jdbc:mysql://localhost:port/database', wrongHost],
    ['jdbc:mysql://(host=localhost,port=port)/database', wrongHost],
    ['jdbc:mysql://(port=3306)/database', noHost],
    ['jdbc:mariadb:/localhost/database', noSlashes],
    ['jdbc:mariadb://localhost:99999/database', wrongHost],
    ['jdbc:sqlserver:localhost', serverForm],
    ['jdbc:sqlserver://localhost/database', serverForm],
    ['jdbc:sqlserver://localhost:port;encrypt=true', serverForm],
    ['jdbc:sqlserver://localhost;encrypt', serverPairs],
    ['jdbc:sqlserver://localhost;password={not closed', serverPairs],
    ['jdbc:sqlserver://localhost;password={my}secret}', serverPairs],
    ['jdbc:sqlserver://localhost;password=my{secret}', serverPairs],
    ['jdbc:sqlserver://', noHost],
    ['jdbc:sqlserver://;databaseName=AdventureWorks', noHost],
    ['jdbc:oracle:thin:', oracleSign],
    ['jdbc:oracle:thin:myhostname:1521:orcl', oracleSign],
    ['jdbc:oracle:thin:scott/tiger', oracleSign],
    ['jdbc:oracle:thin:@', oracleSign],
    ['jdbc:oracle:thin:@//hostname:1521/a/b/c', oracleForm],
    ['jdbc:oracle:thin:@hostname:port:orcl:x:y', oracleForm],
    ['jdbc:oracle:thin:@http://hostname/service', oracleForm],
    ['jdbc:oracle:thin:@(DESCRIPTION=(HOST=x)', 'has a parenthesis that is not closed'],
    ['jdbc:oracle:thin:@(HOST=x))(', 'has a parenthesis that is not closed'],
    ['jdbc:db2://localhost:50000', db2Form],
    ['jdbc:db2://localhost:50000/', db2Form],
    ['jdbc:db2://localhost:50000/sample:user=dbadm', db2Form],
    ['jdbc:db2://localhost:50000/sample?user=dbadm', db2Form],
    ['jdbc:h2:', noDatabase],
    ['jdbc:sqlite:', noDatabase],
    [Buffer.from('jdbc:h2:\xe9', 'latin1'), 'must be UTF-8'],
  ],
  words: ['//host:port;name=value'],
});

describe('a long JDBC URL', () => {
  const beginnings = [
    'postgresql://',
    'mysql://',
    'mysql://[',
    'mysql://address=(',
    'sqlserver://;a={',
    'sqlserver://;',
    'oracle:thin:',
    'oracle:thin:@',
    'db2://',
    'db2://a/b:',
  ];

  it.each(beginnings)('is checked in time that grows with its length: jdbc:%s', (beginning) => {
    const start = processorMs();
    for (const part of ['a', ',', '(', '(a)', 'a=b;', '{}}', '.', ':1', '/', '"', ' ']) {
      jdbcReasons(`jdbc:${beginning}${part.repeat(100_000 / part.length)}#`);
    }
    expect(processorMs() - start).toBeLessThan(4_000);
  });
});
