-- $student, $course: their Canvas ids.
insert into enrollments (student_canvas_id, course_canvas_id) values ($student, $course)
on conflict (student_canvas_id, course_canvas_id) do nothing;
