"""Makes the learned models of the rubric from the labelled corpus. Needs scikit-learn; the product itself does not.

pip install -r quizzes/rubric/training/requirements.txt
python -m quizzes.rubric.training            measure on writers left out, then train on all and write the file
python -m quizzes.rubric.training --measure  measure only
"""
