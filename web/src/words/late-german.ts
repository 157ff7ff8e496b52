import delivery from './de/delivery.json';
import scenario from './de/scenario.json';
import settings from './de/settings.json';

export const lateGerman = { delivery, scenario, settings };
