import { lazyRouteComponent } from '@tanstack/react-router';
import { isAnswering } from '../api/auth.ts';
import { NoAnswerError } from '../api/problem.ts';

/**
 * A screen that is loaded when it is opened. The router loads the page anew when a file is gone, as after
 * an update of Muster; while nobody answers that would leave nothing to look at.
 */
export const lazyScreen: typeof lazyRouteComponent = (load, name) =>
  lazyRouteComponent(async () => {
    try {
      return await load();
    } catch (error) {
      if (await isAnswering()) throw error;
      throw new NoAnswerError(String(error), false);
    }
  }, name);
