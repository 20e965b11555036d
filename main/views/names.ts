/** The names the directory gives to the ids that acts carry; an unknown id stands for itself. */
import type { Actor } from '../../core/act/act.ts'
import type { Desk } from '../actions/desk.ts'

export const nameOfUnit = (desk: Pick<Desk, 'directory'>, unit: string): string =>
  desk.directory().units.get(unit)?.name ?? unit

export const nameOfPerson = (desk: Pick<Desk, 'directory'>, actor: Actor): string =>
  'person' in actor
    ? (desk.directory().people.get(actor.person)?.name ?? actor.person)
    : (desk.directory().devices.get(actor.device)?.name ?? actor.device)
