-- Who takes which call: the second part of the script, after ground.lua. The rules, and how pools
-- and lines are named: routing/asks.py.

-- Levels by skill, from a text as 'korean:1+labour:3'.
local function levels_of(skills)
  local levels = {}
  for skill, level in string.gmatch(skills, '([^:+]+):(%d+)') do levels[skill] = tonumber(level) end
  return levels
end

-- Whether these levels hold all that is needed, written as skills are.
local function meets(levels, needs)
  for skill, least in string.gmatch(needs, '([^:+]+):(%d+)') do
    if (levels[skill] or 0) < tonumber(least) then return false end
  end
  return true
end

-- Whom a call may be offered to, the best first.
local function groups_for(call)
  if holds_out(call) then return {{pools = {'@' .. call.prefers}, also = ''}} end
  step_now(call)
  return cjson.decode(cjson.decode(call.groups)[tonumber(call.step)])
end

-- The lines whose callers an agent may take; only those in which somebody waits.
local function lines_for(agent)
  local lines, levels = {}, levels_of(agent.skills)
  for _, place in ipairs({'*', agent.city, '@' .. agent.code}) do
    for _, line in ipairs(redis.call('SMEMBERS', KEY.LINES(place))) do
      local needs = string.find(line, '|', 1, true)
      if not needs or meets(levels, string.sub(line, needs + 1)) then lines[#lines + 1] = line end
    end
  end
  return lines
end

local function offer(call, agent)
  local legs = tonumber(call.legs) + 1
  local leg = call.call_id .. '/' .. legs
  move_agent(agent, 'offer', {call_id = call.call_id, leg = leg})
  move_call(call, 'offer', {
    legs = tostring(legs), leg = leg, agent = agent.code, seat = agent.seat, seat_city = agent.city,
    made_at = instant(now), lease_ends = instant(now + args.limits.lease),
    dialled_at = '', answered_at = '', seat_channel = '',
  })
  publish(KEY.WAKE(call.owner), call.call_id)
end

-- The longest idle agent of a pool who has the skills that its name does not tell.
local function first_of(pool, also)
  local key, from = pool_key(pool), 0
  repeat
    local rows = redis.call('ZRANGE', key, from, from + (also == '' and 0 or 49), 'WITHSCORES')
    for i = 1, #rows, 2 do
      local skills = also == '' and '' or redis.call('HGET', KEY.AGENT(rows[i]), 'skills')
      if meets(levels_of(skills), also) then return rows[i], tonumber(rows[i + 1]) end
    end
    from = from + 50
  until #rows < 100
end

local function match_call(call)
  for _, group in ipairs(groups_for(call)) do
    local best, longest = nil, nil
    for _, pool in ipairs(group.pools) do
      local code, idle = first_of(pool, group.also)
      if code and (not best or idle < longest) then best, longest = code, idle end
    end
    if best then return offer(call, agent_of(best)) end
  end
end

local function older(id, place, than)
  if not than then return true end
  return place < than.place or (place == than.place and id < than.id)
end

local function match_agent(agent, besides)
  if not redis.call('ZSCORE', KEY.READY, agent.code) then return end
  local first = nil
  for _, line in ipairs(lines_for(agent)) do
    local heads = redis.call('ZRANGE', KEY.WAITING_LINE(line), 0, 1, 'WITHSCORES')
    for i = 1, #heads, 2 do
      local id, place = heads[i], tonumber(heads[i + 1])
      if id ~= besides and older(id, place, first) then first = {id = id, place = place} end
    end
  end
  if first then offer(read(KEY.CALL(first.id)), agent) end
end
