"""Pictures that trainers upload: taken apart, made anew without what they carry, kept, shown."""
