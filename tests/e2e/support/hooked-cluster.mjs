import { after, before, beforeEach } from 'node:test';
import { HookedApplication } from './application.mjs';
import { ChatClient } from './client.mjs';
import { Cluster } from './cluster.mjs';
import { freshFolder } from './places.mjs';
import { HubClient } from './signalr.mjs';

/**
 * A cluster and its application for all tests of a suite. Each test begins with an application that answers nothing
 * special and has been asked nothing. `settings`: more of them, given the folder of the application.
 */
export function hookedCluster(suite, hooks, { nodes, settings = () => ({}) } = {}) {
  const stage = {
    /** Is called at the end. */
    closers: [],
    async client(number = 1, options = undefined) {
      const made = await ChatClient.connect(stage.cluster.nodes[number - 1].ws, options);
      stage.closers.push(() => made.terminate());
      return made;
    },
    async hub(number = 1, how = undefined) {
      const made = await HubClient.connect(stage.cluster.nodes[number - 1], how);
      stage.closers.push(() => made.stop());
      return made;
    },
  };
  before(async () => {
    const folder = freshFolder(`${suite}-application`);
    stage.application = await HookedApplication.start(folder, hooks);
    stage.cluster = await Cluster.start(suite, { nodes, settings: { ...settings(folder), ...stage.application.settings } });
  });
  after(async () => {
    await Promise.all(stage.closers.map((close) => close()));
    await stage.cluster?.stop();
    await stage.application?.stop();
  });
  beforeEach(() => {
    stage.application.answers = {};
    stage.application.questions = [];
  });
  return stage;
}
