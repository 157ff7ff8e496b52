/*
 * What changed about a person. Every change moves changed_xid, the feed; where nothing but traits changed
 * their names are written down too, so that rules which ask for none of them need not look.
 */

/** More names than this say nothing: another list is begun. */
const NAMES_MAX = 20;

/** What an UPDATE of profiles sets where anything may have changed. */
export const changedAnyhow = 'changed_xid = pg_current_xact_id(), news_xid = null';

/**
 * The same of profile p where it may be traits alone.
 * @param traits what they become: SQL
 * @param traitsAlone whether nothing else changes: SQL
 */
export function changedTraits(traits: string, traitsAlone: string): string {
  return `changed_xid = pg_current_xact_id(), (news_xid, news_since, news) = (
    select case when n.names is not null then pg_current_xact_id() end,
      case when n.goes_on then p.news_since else p.changed_xid end,
      case when n.goes_on then array(select unnest(p.news) union select unnest(n.names))
        else n.names end
    from (select p.news_xid = p.changed_xid and cardinality(p.news) < ${NAMES_MAX} as goes_on,
      case when ${traitsAlone} then array(
        select o.key from jsonb_each(p.traits) o where ${traits} -> o.key is distinct from o.value
        union all select w.key from jsonb_each(${traits}) w where not p.traits ? w.key) end as names
      offset 0) n)`;
}

/**
 * Whether profile p, which changed after `position`, may concern a rule that asks for the traits in
 * `names`; never NULL. Where the list began after the position it does not say everything.
 */
export function mayConcern(names: string, position: string): string {
  return `(p.news_xid is distinct from p.changed_xid or p.news && ${names}
    or not pg_visible_in_snapshot(p.news_since, ${position}))`;
}
