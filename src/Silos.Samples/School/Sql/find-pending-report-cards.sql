-- $limit. The average is null for a student without marks in the term.
select r.id, s.name, r.term, avg(g.mark), count(g.id)
from report_card_requests r
join students s on s.id = r.student_id
left join grades g on g.student_id = r.student_id and g.term = r.term
where r.status = 'pending'
group by r.id order by r.id limit $limit;
