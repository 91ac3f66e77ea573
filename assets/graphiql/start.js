import { exampleQueries } from './example-queries.js';
import { MemoryStorage } from './memory-storage.js';
import { TokenField } from './token-field.js';

const PATH = '/graphql';
const REQUEST_MS_MAX = 60_000;

const root = ReactDOM.createRoot(document.getElementById('graphiql'));
const token = new TokenField(document.getElementById('token'), () => show(!token.isEmpty));
const tabs = exampleQueries.map(({ question, query, variables }) => ({
  query: `# ${question}\n${query}`,
  variables: JSON.stringify(variables, null, 2),
}));
const fixed = {
  storage: new MemoryStorage(),
  defaultTabs: tabs,
  // GraphiQL takes the query of the first tab by itself, but not its variables.
  variables: tabs[0].variables,
  defaultEditorToolsVisibility: 'variables',
  isHeadersEditorEnabled: false,
  shouldPersistHeaders: false,
  showPersistHeadersSettings: false,
};
let hasSchema = false;

/** Renders the page. GraphiQL loads the schema with each new fetcher, unless the schema is null. */
function show(withSchema) {
  hasSchema = withSchema;
  const schema = withSchema ? undefined : null;
  root.render(React.createElement(GraphiQL, { ...fixed, fetcher: newFetcher(), schema }));
}

function newFetcher() {
  return GraphiQL.createFetcher({
    url: PATH,
    fetch: send,
    enableIncrementalDelivery: false,
    subscriptionUrl: `${location.origin.replace(/^http/, 'ws')}${PATH}`,
    // GraphiQL reads this object for each subscription.
    get wsConnectionParams() {
      return token.credential();
    },
  });
}

async function send(url, request) {
  const headers = { ...request.headers, ...token.credential() };
  const signal = AbortSignal.timeout(REQUEST_MS_MAX);
  const response = await fetch(url, { ...request, headers, signal });
  // Without a token, a client certificate or a proxy has authenticated the request.
  if (response.ok && !hasSchema) show(true);
  return response;
}

show(false);
