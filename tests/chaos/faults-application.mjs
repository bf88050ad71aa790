// Faults of the application: of the program that publishes through the server API and answers hooks.

export const applicationFaults = [
  {
    name: 'kill-app', kind: 'killed application', lasts: [500, 2500],
    expected: 'it repeats what it does not know to be stored: one copy; hooks that fail allow',
    start: ({ crowd }) => crowd.application.kill(),
    stop: ({ crowd }) => crowd.application.restart(),
  },
  {
    name: 'slow-app', kind: 'slow application', lasts: [1000, 3000],
    expected: 'messages of its two rooms wait for the time-out of a hook, then the breaker lets them pass',
    start: ({ crowd }) => crowd.application.stall(),
    stop: ({ crowd }) => crowd.application.goOn(),
  },
  {
    name: 'kill-api-node', kind: 'killed node of the application', lasts: [500, 2500], from: 'start', recoversIn: 3_000,
    expected: 'the application asks another node: one copy',
    async start({ cluster, crowd }) {
      const { node } = crowd.application;
      await cluster.kill(node);
      return node;
    },
    stop: ({ cluster }, node) => cluster.startNode(node),
  },
];
