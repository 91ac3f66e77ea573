const secretOfExample = { namespace: 'default', secret: 'shhhhhh' };
const namespaceOfExample = { namespace: 'default' };

/**
 * Questions of a platform engineer, each with a query. Every query reads names, times and sizes:
 * none reads a value. GraphiQL shows the name of the operation as the title of its tab.
 */
export const exampleQueries = [
  {
    question: 'Who am I, and what may I do with a Secret?',
    variables: secretOfExample,
    query: `query WhoAmI($namespace: String!, $secret: String!) {
  viewer {
    username
    kind
    groups
    expiresAt
    scope { namespaces secrets keys actions cidrs }
  }
  can(requests: [
    { verb: "get", resource: "secrets", namespace: $namespace, name: $secret }
    { verb: "update", resource: "secrets", namespace: $namespace, name: $secret }
    { verb: "delete", resource: "secrets", namespace: $namespace, name: $secret }
  ]) {
    allowed
    reason
  }
}
`,
  },
  {
    question: 'Which Secrets are in a namespace, and how old are they?',
    variables: namespaceOfExample,
    query: `query SecretsOfNamespace($namespace: String!) {
  secrets(first: 100, filter: { namespaces: [$namespace] }) {
    nodes {
      name
      type
      createdAt
      updatedAt
      updatedBy { username }
      keys { name sizeBytes }
    }
    pageInfo { hasNextPage endCursor }
  }
}
`,
  },
  {
    question: 'Which workloads use a Secret, and do their Pods run the current version?',
    variables: secretOfExample,
    query: `query Workloads($namespace: String!, $secret: String!) {
  secret(namespace: $namespace, name: $secret) {
    version
    updatedAt
    consumers {
      kind
      name
      uses
      pods
      podsOnCurrent
    }
  }
}
`,
  },
  {
    question: 'Which versions of a Secret exist, and who made them?',
    variables: secretOfExample,
    query: `query Versions($namespace: String!, $secret: String!) {
  secret(namespace: $namespace, name: $secret) {
    versions(first: 20) {
      nodes {
        version
        state
        aliases
        createdAt
        createdBy { username }
        reason
      }
      pageInfo { hasNextPage endCursor }
    }
  }
}
`,
  },
  {
    question: 'What has changed between each of the last versions and the current one?',
    variables: secretOfExample,
    query: `query Changes($namespace: String!, $secret: String!) {
  secret(namespace: $namespace, name: $secret) {
    versions(first: 5) {
      nodes {
        version
        createdAt
        diff(to: "current") {
          added { name }
          removed { name }
          changed { name fromBytes toBytes }
          labelsChanged
          annotationsChanged
        }
      }
    }
  }
}
`,
  },
  {
    question: 'Which Secrets of a namespace rotate, when, and did the last run succeed?',
    variables: namespaceOfExample,
    query: `query Rotations($namespace: String!) {
  secrets(first: 50, filter: { namespaces: [$namespace] }) {
    nodes {
      name
      rotation {
        strategy
        target
        schedule
        suspended
        nextRunAt
        lastRun { state step startedAt endedAt error { reason message } waitingFor }
      }
    }
  }
}
`,
  },
  {
    question: 'Who has read or changed a Secret in the last 24 hours?',
    variables: secretOfExample,
    query: `query AuditEvents($namespace: String!, $secret: String!) {
  auditEvents(first: 20, filter: { namespace: $namespace, secret: $secret, since: "24h" }) {
    nodes {
      time
      user
      action
      outcome
      keys
      sourceIp
      reason
    }
    pageInfo { hasNextPage endCursor }
  }
}
`,
  },
  {
    question: 'Whose calls were denied in the last 24 hours, and how often?',
    variables: namespaceOfExample,
    query: `query DeniedCalls($namespace: String!) {
  auditCounts(by: USER, filter: { namespace: $namespace, outcome: DENIED, since: "24h" }) {
    items { value count }
    remainingItemCount
  }
}
`,
  },
  {
    question: 'Which of my tokens exist, and when were they last used?',
    variables: {},
    query: `query Tokens {
  tokens(first: 50) {
    nodes {
      id
      description
      owner
      actsAs
      createdAt
      expiresAt
      lastUsedAt
      scope { namespaces secrets keys actions cidrs }
    }
  }
}
`,
  },
  {
    question: 'Which namespaces may I see, and which does the gateway serve?',
    variables: {},
    query: `query Namespaces {
  namespaces(first: 100) {
    nodes { name served labels }
    pageInfo { hasNextPage endCursor }
  }
}
`,
  },
];
